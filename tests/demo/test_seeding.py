"""Making the demo: once, again, and when something is wrong."""

import io

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page
from wagtail_localize.models import StringTranslation

from demo.building import seeding
from demo.building.errors import ContentError
from demo.building.people import demo_accounts
from demo.building.registry import key_of
from demo.building.seeding import seed_demo
from demo.models import Seeded
from guidelines.models import ChapterPage
from home.models import NewsPage
from notifications.models import Message
from onboarding.models import ChangeSet, Enrolment, OnboardingEvent, StepProgress
from people.models import ClosingDays, User
from stories.models import StoryDraft, StoryEvent, Submission
from tests.demo.standing import TODAY

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("demo")]

NAMES = ["newcomer", "employee", "buddy", "manager", "moderator", "moderator2", "editor", "hr", "community", "admin"]


def run(*arguments):
    out = io.StringIO()
    call_command("seed_demo", *arguments, stdout=out)
    return out.getvalue()


def counts():
    return {
        "pages": set(Page.objects.values_list("pk", "latest_revision_id")),
        "people": set(User.objects.values_list("pk", "password")),
        "strings": StringTranslation.objects.count(),
        "seeded": Seeded.objects.count(),
        "progress": set(StepProgress.objects.values_list("pk", "due_on", "completed_at", "reminded")),
        "onboarding": (OnboardingEvent.objects.count(), Enrolment.objects.count(), ChangeSet.objects.count()),
        "closing days": ClosingDays.objects.count(),
        "stories": set(Submission.objects.values_list("pk", "state")),
        "events": StoryEvent.objects.count(),
        "drafts": set(StoryDraft.objects.values_list("pk", "version")),
        "messages": set(Message.objects.values_list("pk", "mail", "seen_at")),
    }


def test_seeding_again_changes_nothing():
    before = counts()
    assert seed_demo(today=TODAY) == 0
    assert counts() == before


def test_what_people_changed_survives_a_second_seeding():
    chapter = ChapterPage.objects.get(translation_key=key_of("manual/social/vertellen"), locale__language_code="nl")
    chapter.title = "Vertel maar"
    chapter.save_revision().publish()
    noor = User.objects.get(email="newcomer@demo.example")
    User.objects.filter(pk=noor.pk).update(phone="06")
    noor.enrolments.get().progress.update(completed_at=None)
    run()
    chapter.refresh_from_db()
    noor.refresh_from_db()
    assert (chapter.title, noor.phone) == ("Vertel maar", "06")
    assert not noor.enrolments.get().progress.done().exists()


def test_what_people_threw_away_stays_away():
    Page.objects.get(translation_key=key_of("manual/hr"), locale__language_code="nl").delete()
    Page.objects.filter(translation_key=key_of("news/open-dag")).first().delete()
    run()
    assert not NewsPage.objects.filter(translation_key=key_of("news/open-dag"), locale__language_code="nl").exists()
    assert not Page.objects.filter(translation_key=key_of("manual/hr/ziek"), locale__language_code="nl").exists()


def test_what_a_later_version_of_the_demo_adds_is_made_beside_the_rest():
    Page.objects.filter(translation_key=key_of("news/leerplekken")).delete()
    Seeded.objects.filter(key="news/leerplekken").delete()
    assert seed_demo(today=TODAY) == 1
    titles = {
        page.locale.language_code: page.title
        for page in NewsPage.objects.filter(translation_key=key_of("news/leerplekken"))
    }
    assert titles == {"nl": "Zes nieuwe leerplekken", "en": "Six new trainee places"}


def test_a_failure_halfway_leaves_the_portal_as_it_was(monkeypatch):
    Page.objects.filter(translation_key=key_of("news/leerplekken")).delete()
    Seeded.objects.filter(key="news/leerplekken").delete()
    before = counts()

    def fail(*arguments):
        raise ContentError("a text is missing")

    monkeypatch.setattr(seeding, "translate_page", fail)
    with pytest.raises(CommandError, match="a text is missing"):
        run()
    assert counts() == before


def test_the_accounts_are_printed_in_a_table_with_their_roles():
    shown = run("--if-empty")
    assert "there already" in shown
    assert "password demo" in shown
    assert [line.split()[0] for line in shown.splitlines() if "@demo.example" in line] == [
        f"{name}@demo.example" for name in NAMES
    ]


def test_outside_demo_mode_the_command_refuses_and_says_why(settings):
    settings.DEMO = False
    before = counts()
    with pytest.raises(CommandError, match="DEMO=1"):
        run()
    assert counts() == before


@pytest.mark.parametrize("name", NAMES)
def test_an_account_signs_in_with_demo_in_demo_mode_only(client, settings, name):
    email = f"{name}@demo.example"
    assert client.login(username=email, email=email, password="demo")
    client.logout()
    settings.DEMO = False
    assert not client.login(username=email, email=email, password="demo")


def test_the_other_colleagues_cannot_sign_in_with_a_password():
    others = User.objects.exclude(email__endswith="@demo.example")
    assert others.count() == 28
    assert not any(user.has_usable_password() for user in others)


def test_every_account_has_the_role_its_name_says():
    roles = {
        user.email.partition("@")[0]: set(user.groups.values_list("name", flat=True)) - {"Employees"}
        for user in User.objects.filter(email__in=[email for email, _, _ in demo_accounts()])
    }
    assert roles == {
        "newcomer": set(),
        "employee": set(),
        "buddy": {"Buddies"},
        "manager": {"Managers"},
        "moderator": {"Moderators"},
        "moderator2": {"Moderators"},
        "editor": {"Editors"},
        "hr": {"HR"},
        "community": {"Community managers"},
        "admin": {"Administrators"},
    }
    assert User.objects.get(email="admin@demo.example").is_superuser
    assert User.objects.filter(is_superuser=True).count() == 1


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_opens_for_the_editor(as_user, language):
    client = as_user(User.objects.get(email="editor@demo.example"))
    failed = []
    pages = Page.objects.live().filter(locale__language_code=language, depth__gte=2)
    for page in pages.select_related("locale"):
        response = client.get(page.get_url(), follow=True)
        if response.status_code != 200:
            failed.append((page.get_url(), response.status_code))
    assert pages.count() >= 70
    assert failed == []
