"""What a step before the start may show and ask, and which pages are open then."""

import importlib

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import PageLogEntry

from guidelines.models import ManualIndexPage
from onboarding.checks import findings_of
from onboarding.models import PageBeforeStart, StepPage
from onboarding.services.opening import CLOSED, OPENED, StillShown, close_before_start, open_before_start
from tests.factories import ManualFactory, StepFactory

from .conftest import publish, stand
from .test_authoring_form import errors  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def manual(trunk):
    return publish(ManualFactory(parent=trunk(ManualIndexPage), title="Huisregels"))


@pytest.fixture
def editor(make_user):
    call_command("create_roles", verbosity=0)
    return make_user(groups=["Editors"], locale="nl")


@pytest.fixture
def before(phases):
    """The first phase is before the start."""
    phases[0].first_day, phases[0].last_day = -7, -1
    return publish(phases[0])


@pytest.fixture
def shown(phases, manual, editor):
    """A published step before the start that lets the manual be read."""
    open_before_start(page=manual, actor=editor)
    step = StepFactory(parent=phases[0], title="Lees de regels", reads=manual, visible_before_start=True)
    return publish(step)


def field(label: str, kind: str = "line") -> tuple[str, dict]:
    choices = {"count": "0"}
    return "field", {"label": label, "kind": kind, "is_required": "on", "hint": "Geen paspoort", "choices": choices}


def test_a_step_before_the_start_leads_only_to_pages_that_are_open_then(errors, phases, manual, editor):  # noqa: F811
    reads = {"reads": manual.pk, "visible_before_start": "on"}
    assert "Huisregels" in errors(**reads)["reads"]
    # A draft may, and a step for later as well; one for newcomers in a phase before the start may not.
    assert errors(draft=True, **reads) == errors(reads=manual.pk) == {}
    phases[0].first_day, phases[0].last_day = -7, -1
    assert "reads" in errors(reads=manual.pk)
    assert errors(reads=manual.pk, assignee="buddy") == {}
    open_before_start(page=manual, actor=editor)
    assert errors(**reads) == errors(reads=manual.pk) == {}


@pytest.mark.parametrize(
    ("label", "is_refused"),
    [
        ("Kopie van je identiteitsbewijs", True),
        ("Foto van je ID-kaart", True),
        ("Wat is je IBAN?", True),
        ("A copy of your passport", True),
        ("Your bank account", True),
        ("Een pasfoto voor je toegangspas", False),
        ("A passport photo for your pass", False),
        ("Op welke bank wil je zitten?", False),
    ],
)
def test_no_step_before_the_start_asks_what_belongs_in_the_hr_system(errors, label, is_refused):  # noqa: F811
    asks = {"kind": "submit", "form_fields": [field(label)]}
    found = errors(visible_before_start="on", **asks)
    assert ("form_fields" in found) is is_refused
    if is_refused:
        assert label in found["form_fields"]
    # Later it is for those who ask it to say.
    assert errors(**asks) == {}


def test_the_report_names_what_was_right_and_is_not_any_more(path, before, steps, shown, manual):
    def said(step, *, broken: bool) -> str:
        _outline, found = findings_of(path.translation_key)
        own = [each for each in found if each.step.key == step.translation_key and each.is_broken == broken]
        return " ".join(finding.text for finding in own)

    assert said(shown, broken=True) == ""
    PageBeforeStart.objects.all().delete()
    assert "Huisregels" in said(shown, broken=True)
    asking = steps[0]
    asking.kind, asking.visible_before_start = StepPage.Kind.SUBMIT, True
    asking.form_fields = [("field", {"label": "Een pasfoto", "kind": "file"})]
    publish(asking)
    # A file may be meant; that it asks for one is said.
    with override("en"):
        assert said(asking, broken=True) == "" and "asks for a file" in said(asking, broken=False)


def test_an_editor_opens_a_page_and_closes_it_again(as_user, editor, manual, django_assert_max_num_queries):
    client, url = as_user(editor), reverse("onboarding_opening", args=[manual.pk])
    assert url in client.get(reverse("wagtailadmin_pages:edit", args=[manual.pk])).content.decode()
    for open_, expected in (("true", 1), ("true", 1), ("false", 0), ("false", 0)):
        assert client.post(url, {"open": open_}).status_code == 302
        assert PageBeforeStart.objects.count() == expected
    # A second click says and writes nothing.
    assert list(PageLogEntry.objects.filter(action__in=[OPENED, CLOSED]).values_list("action", flat=True)) == [
        CLOSED,
        OPENED,
    ]
    assert client.post(url, {"open": "misschien"}).status_code == client.post(url).status_code == 400
    with django_assert_max_num_queries(40):
        assert client.get(url).status_code == 200
    assert client.get(reverse("wagtailadmin_pages:history", args=[manual.pk])).status_code == 200


def test_a_page_that_is_shown_before_the_start_is_not_closed_under_it(as_user, editor, shown, manual):
    with pytest.raises(StillShown):
        close_before_start(page=manual, actor=editor)
    client, url = as_user(editor), reverse("onboarding_opening", args=[manual.pk])
    answer = client.post(url, {"open": "false"})
    assert answer.status_code == 409 and shown.title in answer.content.decode()
    assert PageBeforeStart.objects.has(manual.translation_key)
    shown.unpublish()
    assert client.post(url, {"open": "false"}).status_code == 302 and not PageBeforeStart.objects.exists()


def test_only_who_publishes_a_page_opens_it_and_pages_of_a_path_have_a_mark_of_their_own(
    as_user, make_user, editor, path, steps, manual
):
    url = reverse("onboarding_opening", args=[manual.pk])
    for stranger in (make_user(), make_user(groups=["Moderators"])):
        assert as_user(stranger).post(url, {"open": "true"}).status_code in (302, 403)
        assert not PageBeforeStart.objects.exists()
    for page_id in (path.pk, steps[0].pk, manual.get_root().pk, 999_999):
        # Django tries another language for what isn't there.
        assert as_user(editor).get(reverse("onboarding_opening", args=[page_id]), follow=True).status_code == 404


def test_another_page_for_a_step_before_the_start_is_open_then_as_well(as_user, editor, shown, manual, trunk):
    other = stand(ManualFactory(parent=trunk(ManualIndexPage), title="Ander"))
    client, url = as_user(editor), reverse("onboarding_replace_page", args=[manual.pk])
    assert client.post(url, {"page": other.pk}).status_code == 422
    open_before_start(page=other, actor=editor)
    assert client.post(url, {"page": other.pk}).status_code == 302
    shown.refresh_from_db()
    assert shown.reads_key == other.translation_key


def test_what_was_shown_before_there_was_a_mark_stays_open(shown, manual):
    PageBeforeStart.objects.all().delete()
    importlib.import_module("onboarding.migrations.0016_pages_before_start").open_what_is_read(apps, None)
    assert PageBeforeStart.objects.get().page_key == manual.translation_key
