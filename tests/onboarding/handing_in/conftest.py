"""A step that asks for something to hand in, and who signs it off."""

import pytest

from tests.onboarding.conftest import publish
from tests.onboarding.handing_in.asking import (
    CHOICE,
    DATE,
    FILE,
    LINE,
    TEXT,
    set_fields,
)


@pytest.fixture
def step(steps, settings, tmp_path):
    """The first step: a line that is required, and everything else that can be asked."""
    settings.MEDIA_ROOT = tmp_path
    return set_fields(steps[0], LINE, TEXT, DATE, CHOICE, FILE)


@pytest.fixture
def signed(step):
    """The same, signed off by the buddy."""
    step.signed_off_by = "buddy"
    return publish(step)


@pytest.fixture
def buddy(enrolment, make_user):
    colleague = make_user(first_name="Sem")
    enrolment.supporters.create(colleague=colleague, role="buddy")
    return colleague
