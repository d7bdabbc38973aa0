"""An unpublished path is closed for new people, and goes on for who is on it."""

from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command
from django.urls import reverse

from onboarding.models import ChangeSet, Enrolment, PathPage, StepPage, StepProgress
from onboarding.reading import own_standing
from onboarding.reading_csv import read_rows
from onboarding.services import PathNotPublished, enrol
from onboarding.services.enrolling_many import enrol_many
from onboarding.services.enrolling_own import enrol_own
from onboarding.services.fitting import propose_steps
from onboarding.services.preboarding import invite_preboarder
from onboarding.services.reminding import send_reminders
from people.models import User

from .conftest import publish, translate
from .hr import errors_of

pytestmark = pytest.mark.django_db
START = date(2026, 10, 1)
CLOSED = "This path isn't published any more, or not open to you."


def fresh(page):
    return type(page).objects.get(pk=page.pk)


@pytest.fixture(params=["path", "everything"])
def closed(request, path, enrolment):
    """The path, unpublished by itself or with all that is below it."""
    fresh(path).unpublish()
    if request.param == "everything":
        for page in path.get_descendants().specific():
            page.unpublish()
    return fresh(path)


def standing(enrolment, language="nl"):
    return own_standing(enrolment.user, enrolment.pk, language)


def test_who_is_on_it_goes_on_as_before(newcomer, as_user, make_user, enrolment, closed, steps, urls):
    for language in ("nl", "en"):
        now = standing(enrolment, language)
        assert (now.done, now.total, now.percent) == (0, 3, 0) and len(now.outline.steps) == 4
    page = newcomer.get("/nl/onboarding/").content.decode()
    assert all(step.title in page for step in steps)
    assert newcomer.get(closed.get_url()).url == f"/nl/onboarding/{enrolment.pk}/"
    assert urls("complete", steps[0]) in newcomer.get(steps[0].get_url()).content.decode()
    assert newcomer.get("/nl/").status_code == 200
    for step in steps[:3]:
        assert newcomer.post(urls("complete", step)).status_code == 302
    enrolment.refresh_from_db()
    assert enrolment.completed_at and standing(enrolment).percent == 100
    assert not ChangeSet.objects.exists()


def test_strangers_find_nothing(as_user, make_user, closed, phases):
    client = as_user(make_user())
    for page in (closed, phases[0], *closed.get_translations()):
        assert client.get(page.get_url()).status_code == 404


def test_who_walks_along_hr_and_the_clock_go_on(as_user, make_user, enrolment, closed, steps):
    call_command("create_roles", verbosity=0)
    manager, hr = make_user(), make_user(groups=["HR"], locale="nl")
    User.objects.filter(pk=enrolment.user_id).update(manager=manager)
    page = as_user(manager).get(f"/nl/onboarding/for/{enrolment.pk}/").content.decode()
    assert closed.title in page and steps[0].title in page
    address = reverse("onboarding:supported_step", args=[enrolment.pk, steps[0].translation_key])
    assert as_user(manager).get(address).context["page"].pk == steps[0].pk
    assert closed.title in as_user(manager).get("/nl/onboarding/for/").content.decode()
    client = as_user(hr)
    assert closed.title in client.get("/admin/enrolments/").content.decode()
    assert steps[0].title in client.get(reverse("enrolments:edit", args=[enrolment.pk])).content.decode()
    assert closed.title in client.get(reverse("onboarding_figures")).content.decode()
    # As if it had been planned before its day.
    Enrolment.objects.update(planned_at=datetime(2026, 9, 28, 8, tzinfo=UTC))
    StepProgress.objects.filter(step_key=steps[0].translation_key).update(due_on=date(2026, 10, 14))
    StepProgress.objects.exclude(step_key=steps[0].translation_key).update(due_on=None)
    assert send_reminders(datetime(2026, 10, 14, 8, tzinfo=UTC)) == 1


def test_nobody_new_comes_onto_it_whichever_way(as_user, make_user, closed, path):
    call_command("create_roles", verbosity=0)
    hr, manager = make_user(groups=["HR"], locale="en"), make_user(locale="en")
    person = make_user(manager=manager, staff_number="4711", start_date=START)
    client = as_user(hr)
    posted = {"user": person.pk, "path": path.translation_key, "start_date": "2026-10-01"}
    assert errors_of(client.post("/admin/enrolments/new/", posted))["path"] == CLOSED
    invited = {"first_name": "Sam", "last_name": "Bos", "email": "sam@prive.example", "path": path.translation_key}
    assert errors_of(client.post("/admin/before-start/invite/", invited))["path"] == CLOSED
    own = as_user(manager).post("/en/onboarding/for/enrol/", posted)
    assert errors_of(own)["path"] == CLOSED
    for name in (path.title, path.slug):
        (problem,) = read_rows(f"staff_number;path;start_date\n4711;{name};2026-12-01\n", hr, "en").problems
        assert problem.column == "path" and "niet meer" in problem.message or "isn't published" in problem.message
    given = {"user": person, "path": path, "start_date": START}
    invitation = {"first_name": "Sam", "last_name": "Bos", "email": "sam@prive.example", "locale": "nl"}
    for refused in (
        lambda: enrol(**given),
        lambda: enrol_own(**given, actor=manager),
        lambda: invite_preboarder(path=path, start_date=START, actor=hr, **invitation),
        lambda: enrol_many(rows=[type("Row", (), {"path_key": path.translation_key, "path_title": path.title})]),
    ):
        with pytest.raises(PathNotPublished):
            refused()
    assert Enrolment.objects.count() == 1
    assert all(propose_steps(enrolment=each).is_nothing for each in Enrolment.objects.all())


def test_published_again_it_is_open_and_nobody_lost_anything(enrolment, path, steps, make_user):
    rows = list(StepProgress.objects.order_by("pk").values())
    fresh(path).unpublish()
    publish(fresh(path))
    assert list(StepProgress.objects.order_by("pk").values()) == rows and not ChangeSet.objects.exists()
    again = enrol(user=make_user(), path=path, start_date=START)
    assert again.progress.filter(in_plan=True).count() == len(steps) and standing(enrolment).total == 3


def test_the_admin_says_who_goes_on(as_user, make_user, enrolment, path):
    client = as_user(make_user(is_superuser=True, locale="en"))
    address = reverse("wagtailadmin_pages:unpublish", args=[path.pk])
    assert "1 colleague is under way on this path, and goes on with it" in client.get(address).content.decode()
    said = client.post(address, follow=True).content.decode()
    assert "The path is closed for new people. 1 colleague is under way on it" in said
    assert not PathPage.objects.get(pk=path.pk).live
    assert "closed for new people, 1 colleague goes on" in client.get(reverse("onboarding_paths")).content.decode()
    said = client.post(reverse("wagtailadmin_pages:delete", args=[path.pk]), follow=True).content.decode()
    assert "Unpublish it instead" in said and PathPage.objects.filter(pk=path.pk).exists()


@pytest.mark.parametrize("many", [False, True])
def test_it_closes_in_every_language_at_once_and_a_translation_alone_closes_nothing(
    as_user, make_user, enrolment, path, steps, many
):
    english = translate(fresh(path), title="Young talent", slug="young-talent")
    step = translate(fresh(steps[0]), title="First", slug="first")
    client = as_user(make_user(is_superuser=True, locale="en"))

    def unpublish(page) -> str:
        address = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
        if many:
            address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]) + f"?id={page.pk}"
        return client.post(address, follow=True).content.decode()

    assert "closed for new people" not in unpublish(english)
    assert fresh(path).live and enrol(user=make_user(), path=path, start_date=START)
    publish(fresh(english))
    unpublish(steps[0])
    assert not fresh(steps[0]).live and not fresh(step).live and fresh(path).live
    assert "The path is closed for new people. 2 colleagues are under way" in unpublish(path)
    assert not fresh(english).live and standing(enrolment, "en").outline.title == "Young talent"
    with pytest.raises(PathNotPublished):
        enrol(user=make_user(), path=english, start_date=START)


def test_with_nobody_under_way_there_is_nothing_to_say(as_user, make_user, path, steps):
    client = as_user(make_user(is_superuser=True, locale="en"))
    for page in (path, steps[0]):
        address = reverse("wagtailadmin_pages:unpublish", args=[page.pk])
        assert "under way" not in client.get(address).content.decode()
        many = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
        said = client.post(f"{many}?id={page.pk}", follow=True).content.decode()
        assert "under way" not in said
    assert not StepPage.objects.get(pk=steps[0].pk).live
