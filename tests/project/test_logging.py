"""Whoever runs the portal reads in its output what went wrong."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.production import PRODUCTION

ROOT = Path(__file__).resolve().parents[2]
FAIL = """
import django, logging
django.setup()
logging.getLogger("django.request").error("Internal Server Error: /en/")
logging.getLogger("onboarding").info("Let go of what was kept.")
"""


def _output(**settings: str) -> str:
    env = {**os.environ, "DEBUG": "0", "DATABASE_URL": "sqlite://:memory:", **settings}
    outcome = subprocess.run(  # noqa: S603
        [sys.executable, "-c", FAIL], cwd=ROOT, env=env, check=True, capture_output=True, text=True
    )
    return outcome.stderr


def test_errors_of_requests_and_what_jobs_say_are_in_the_output_without_debug():
    output = _output(DJANGO_SETTINGS_MODULE="portal.settings.dev")
    assert output.count("ERROR django.request: Internal Server Error: /en/") == 1
    assert "INFO onboarding: Let go of what was kept." in output


@pytest.mark.parametrize(("asked", "is_json"), [({}, True), ({"LOG_FORMAT": "line"}, False)])
def test_in_production_a_line_is_an_object_unless_asked_otherwise(asked, is_json):
    production = {**PRODUCTION, "DATABASE_URL": "sqlite://:memory:"}
    output = _output(DJANGO_SETTINGS_MODULE="portal.settings.production", **production, **asked)
    lines = [line for line in output.splitlines() if "Let go of what was kept." in line]
    assert len(lines) == 1
    if not is_json:
        assert "INFO onboarding: Let go of what was kept." in lines[0]
        return
    told = json.loads(lines[0])
    assert (told["level"], told["logger"], told["message"]) == ("INFO", "onboarding", "Let go of what was kept.")
