"""How the property tests of onboarding run: the same examples each time, few enough to be quick, nothing kept on disk."""

from hypothesis import HealthCheck, settings

quick = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    # Fixtures of the database are made once for all examples; each example works in a transaction of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much],
)
