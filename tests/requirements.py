"""What some tests need of the machine."""

import os

import pytest


def need(present, what: str) -> None:
    """Skip where ``what`` is missing and say what to install; where everything is promised (CI), fail instead."""
    if present:
        return
    if os.environ.get("PORTAL_REQUIRE_ALL"):
        pytest.fail(f"This run promises everything, but lacks {what}.")
    pytest.skip(f"needs {what}")
