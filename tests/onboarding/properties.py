"""How the property tests of onboarding run: the same examples each time, few enough to be quick, nothing kept on disk."""

import os

from django.db import connection
from hypothesis import HealthCheck, settings

quick = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    # Fixtures of the database are made once for all examples; each example works in a transaction of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
# The build, where nothing may be missing, tries more; once, on the database that has several writers.
IS_THOROUGH = bool(os.environ.get("PORTAL_REQUIRE_ALL")) and connection.vendor == "postgresql"
often = settings(quick, max_examples=60 if IS_THOROUGH else 30)
