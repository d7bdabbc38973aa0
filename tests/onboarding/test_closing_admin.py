"""Closing days in the admin: shown first, then kept, by who may."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from onboarding.models import StepProgress
from onboarding.services import enrol
from people.models import ClosingDays

pytestmark = pytest.mark.django_db


@pytest.fixture
def hr(as_user, make_user):
    return as_user(make_user(groups=["HR"], locale="en"))


def test_a_week_off_is_previewed_kept_and_taken_away_again(hr, user, path, steps):
    monday = timezone.localdate() + timedelta(days=60 - timezone.localdate().weekday())
    enrolment = enrol(user=user, path=path, start_date=monday)
    days = list(enrolment.progress.order_by("pk").values_list("due_on", flat=True))
    typed = {"name": "Summer", "first_day": monday, "last_day": monday + timedelta(days=13)}
    url = reverse("closing_days_add")
    page = hr.post(url, typed)
    assert user.get_full_name() in page.content.decode()
    assert not ClosingDays.objects.exists()
    assert list(enrolment.progress.order_by("pk").values_list("due_on", flat=True)) == days
    kept = hr.post(url, {**typed, "seen": page.context["outlook"].fingerprint})
    assert kept.url == reverse("closing_days")
    closing = ClosingDays.objects.get()
    moved = StepProgress.objects.filter(enrolment=enrolment).order_by("pk").values_list("due_on", flat=True)
    assert all(day > closing.last_day for day in moved)
    assert "Summer" in hr.get(reverse("closing_days")).content.decode()
    url = reverse("closing_days_remove", args=[closing.pk])
    page = hr.post(url, {})
    assert hr.post(url, {"seen": page.context["outlook"].fingerprint}).status_code == 302
    assert not ClosingDays.objects.exists()
    assert list(enrolment.progress.order_by("pk").values_list("due_on", flat=True)) == days


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-12-28", "2026-12-24", "last_day"),
        ("2226-12-24", "2226-12-28", "first_day"),
        ("2026-12-24", "2027-12-28", "last_day"),
        ("", "2026-12-24", "first_day"),
    ],
)
def test_a_mistake_is_told_beside_its_field_and_what_was_typed_stays(hr, first, last, field):
    page = hr.post(reverse("closing_days_add"), {"name": "Kerst", "first_day": first, "last_day": last})
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "Kerst" in page.content.decode()


def test_only_hr_and_administrators_change_closing_days(as_user, make_user):
    closing = ClosingDays.objects.create(name="X", first_day=date(2027, 1, 1), last_day=date(2027, 1, 2))
    for name, args in (("", []), ("_add", []), ("_edit", [closing.pk]), ("_remove", [closing.pk])):
        url = reverse(f"closing_days{name}", args=args)
        for role, status in (("Editors", 302), ("HR", 200), ("Administrators", 200)):
            assert as_user(make_user(groups=[role])).get(url).status_code == status, (url, role)
    unknown = as_user(make_user(groups=["HR"])).get(reverse("closing_days_edit", args=[0]), follow=True)
    assert unknown.status_code == 404
