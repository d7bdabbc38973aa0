"""A small path to walk: two phases, four steps, one of them optional, in both languages or only in Dutch."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.utils.text import slugify
from wagtail.models import Locale
from wagtail.signal_handlers import disable_reference_index_auto_update

from base.translation import defer_aliases, mirror_later_or_now
from onboarding.models import PathIndexPage, PathPage, PhasePage, StepPage
from onboarding.services import enrol
from tests.factories import PathFactory, PhaseFactory, StepFactory


def publish(page):
    """Publish as an editor does, so that what readers share is made anew; a test may give a step another kind."""
    if isinstance(page, StepPage):
        StepPage.objects.filter(translation_key=page.translation_key).update(kind=page.kind)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def stand(page):
    """A page the factory made, as if it had been published; a good deal quicker, and nobody is told."""
    revision = page.save_revision(clean=False, log_action=False)
    page.live_revision, page.has_unpublished_changes = revision, False
    page.first_published_at = page.last_published_at = revision.created_at
    names = ["live_revision", "has_unpublished_changes", "first_published_at", "last_published_at"]
    type(page).objects.filter(pk=page.pk).update(**{name: getattr(page, name) for name in names})
    mirror_later_or_now(page)
    return page


def opens_in_english(client, answer) -> bool:
    """Whether the language link of what answers a form leads somewhere: its own address may only be sent to."""
    link = BeautifulSoup(answer.content, "html.parser").select_one(".lang a[lang=en]")
    return client.get(link["href"]).status_code == 200


def translate(page, language: str = "en", **fields):
    """The published translation of a page, in the place of the alias that stands there until it is translated."""
    twin = page.get_translation(Locale.objects.get(language_code=language))
    twin.alias_of = None
    for name, value in fields.items():
        setattr(twin, name, value)
    return publish(twin)


@pytest.fixture
def hr(make_user, client):
    """The client of somebody of HR."""
    call_command("create_roles", verbosity=0)
    client.force_login(make_user(groups=["HR"]))
    return client


@pytest.fixture
def of_hr(make_user):
    """Somebody of HR, who reads English."""
    call_command("create_roles", verbosity=0)
    return make_user(groups=["HR"], locale="en")


@pytest.fixture
def make_path(trunk):
    """``make_path(phases=((1, 2), ...))``: a Dutch path with so many required steps per phase; returns it."""

    def make(steps=(2, 1), title="Jong talent", optional=0) -> PathPage:
        with defer_aliases(), disable_reference_index_auto_update():
            path = stand(
                PathFactory(parent=trunk(PathIndexPage), title=title, slug=slugify(title), summary="In je eigen tempo.")
            )
            for number, count in enumerate(steps, start=1):
                first = 1 + 7 * (number - 1)
                phase = stand(
                    PhaseFactory(parent=path, title=f"{title} fase {number}", first_day=first, last_day=first + 6)
                )
                for place in range(1, count + 1):
                    stand(StepFactory(parent=phase, title=f"{title} stap {number}.{place}", summary="Kort."))
            for place in range(optional):
                stand(StepFactory(parent=phase, title=f"{title} mag {place}", is_required=False))
        return PathPage.objects.get(pk=path.pk)

    return make


@pytest.fixture
def path(make_path):
    """Two phases: two required steps, then one required and one optional."""
    return make_path(optional=1)


@pytest.fixture
def phases(path):
    """Its phases in order."""
    return list(PhasePage.objects.child_of(path).order_by("path"))


@pytest.fixture
def steps(path):
    """Its steps in order; the last one is optional."""
    return list(StepPage.objects.descendant_of(path).order_by("path"))


@pytest.fixture
def enrolment(path, user):
    """``user`` on ``path`` since 1 October 2026."""
    return enrol(user=user, path=path, start_date=date(2026, 10, 1))


@pytest.fixture
def newcomer(as_user, user, enrolment):
    """The client of somebody on the path."""
    return as_user(user)


@pytest.fixture
def urls(enrolment):
    """``urls("complete", step)``: the address that completes a step of ``enrolment``."""

    def url(what: str, step, language: str = "nl", enrolment_id: int | None = None) -> str:
        return f"/{language}/onboarding/{enrolment_id or enrolment.pk}/steps/{step.translation_key}/{what}/"

    return url
