"""A role that has something to do and that nobody has is warned about wherever somebody is put on a path."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from onboarding.missing_roles import missing_roles
from onboarding.models import StepPage
from people.models import Team, User

from .conftest import publish
from .hr import preview

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking(path, steps):
    """A path with a step for a mentor, one that the manager signs off, and one for a buddy that is only for one team."""
    team = Team.objects.create(name="Nachtploeg")
    for step, values in (
        (steps[0], {"kind": "submit", "signed_off_by": "manager"}),
        (steps[1], {"assignee": "mentor"}),
        (steps[2], {"assignee": "buddy"}),
    ):
        page = StepPage.objects.get(pk=step.pk)
        for name, value in values.items():
            setattr(page, name, value)
        if step == steps[2]:
            page.audience_teams = [team]
        publish(page)
    return path


def test_who_does_and_who_signs_off_are_told_apart():
    found = missing_roles([("newcomer", "manager"), ("mentor", ""), ("buddy", "hr")], ["buddy"])
    assert [(one.role, one.does) for one in found] == [("manager", False), ("mentor", True), ("hr", False)]


def test_the_enrol_form_warns_of_a_role_that_only_signs_off_too(hr, asking, user, make_user):
    url = "/admin/enrolments/new/"
    data = {"user": user.pk, "path": asking.translation_key, "start_date": timezone.localdate().isoformat()}
    warned = preview(hr, url, data).context["outlook"].warnings
    assert [warning.split(":")[0] for warning in warned] == ["Leidinggevende", "Mentor"]
    User.objects.filter(pk=user.pk).update(manager=make_user(is_active=False))
    assert len(preview(hr, url, data).context["outlook"].warnings) == 2
    User.objects.filter(pk=user.pk).update(manager=make_user())
    assert preview(hr, url, {**data, "mentor": make_user().pk}).context["outlook"].warnings == []


def test_the_dry_run_of_a_file_warns_for_each_row(hr, asking, make_user):
    boss = make_user(email="baas@example.org")
    make_user(email="an@example.org", manager=boss)
    make_user(email="bo@example.org", team=Team.objects.get(name="Nachtploeg"))
    text = (
        "email;path;start_date;mentor\nan@example.org;{0};2026-12-01;baas@example.org\nbo@example.org;{0};2026-12-01;\n"
    )
    upload = SimpleUploadedFile("mensen.csv", text.format(asking.title).encode(), "text/csv")
    outlook = hr.post("/admin/enrolments/import/", {"file": upload}).context["outlook"]
    assert outlook.may_confirm
    assert [warning.split(":")[0].split()[-1] for warning in outlook.warnings] == ["3", "3", "3"]
    assert [bool(row[-1]) for row in outlook.tables[0].rows] == [False, True]
    # As many queries whatever the number of rows, also where steps are for some teams.
    rows = [f"m{number}@example.org;{asking.title};2026-12-01;\n" for number in range(20)]
    for number in range(20):
        make_user(email=f"m{number}@example.org")
    counts = []
    for some in (rows[:1], rows[:1], rows):
        upload = SimpleUploadedFile(
            "mensen.csv", ("email;path;start_date;mentor\n" + "".join(some)).encode(), "text/csv"
        )
        with CaptureQueriesContext(connection) as queries:
            assert hr.post("/admin/enrolments/import/", {"file": upload}).context["outlook"].may_confirm
        counts.append(len(queries))
    assert counts[2] == counts[1]


def test_the_invitation_before_the_start_warns(hr, asking, make_user):
    data = {
        "first_name": "Sam",
        "last_name": "Meeuw",
        "email": "sam@prive.example",
        "locale": "nl",
        "start_date": (timezone.localdate() + timedelta(days=9)).isoformat(),
        "path": asking.translation_key,
    }
    url = "/admin/before-start/invite/"

    def warned() -> str:
        return " ".join(preview(hr, url, data).context["outlook"].warnings)

    assert "Mentor:" in warned() and "Leidinggevende:" in warned() and "Buddy:" not in warned()
    data |= {"manager": make_user().pk, "mentor": make_user().pk}
    assert "Mentor:" not in warned() and "Leidinggevende:" not in warned()
    data["team"] = Team.objects.get(name="Nachtploeg").pk
    assert "Buddy:" in warned()
