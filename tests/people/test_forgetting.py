"""Leaving keeps what was; being forgotten leaves no name behind."""

import io
import json
import uuid
from datetime import date
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils.translation import override
from PIL import Image
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, PageViewRestriction, Revision
from wagtail_localize.models import TranslationSource

from home.models import NewsIndexPage
from notifications.models import Message, Preference, QuietHours
from notifications.services import choose_cadence, notify
from people.forgetting import ACTION, forget_person
from people.models import User
from search.outbox import drain, rebuild
from stories.models import (
    DraftPhoto,
    Portrayal,
    PublicSnapshot,
    StoryDraft,
    StoryIndexPage,
    StoryPage,
    StoryPhoto,
    Submission,
)
from stories.services import save_draft, send_story
from tests.factories import ImageFactory, NewsFactory, StoryFactory

pytestmark = pytest.mark.django_db
FIRST, LAST, EMAIL, NUMBER, PHONE = "Wolfert", "Quaadvliet", "wolfert.q@example.org", "Q-77123", "+31 6 9876 5432"
NAMES = tuple(text.casefold() for text in (FIRST, LAST, EMAIL, NUMBER, "9876 5432", "Sluiswachter"))


def picture() -> ContentFile:
    """A small JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "teal").save(file, "JPEG")
    return ContentFile(file.getvalue(), name=f"{FIRST}.jpg")


@pytest.fixture
def person(make_user, settings, tmp_path):
    """Somebody with something in every field, and a folder of files of their own."""
    settings.MEDIA_ROOT = str(tmp_path)
    from people.models import Team

    team = Team.objects.create(name="Sluizen")
    colleague = make_user(
        email=EMAIL,
        first_name=FIRST,
        last_name=LAST,
        staff_number=NUMBER,
        phone=PHONE,
        job_title="Sluiswachter",
        job_title_en="Sluiswachter (lock keeper)",
        team=team,
        start_date=date(2020, 1, 1),
        groups=["Moderators"],
    )
    colleague.photo.save(f"{FIRST}.jpg", picture())
    team.leads.add(colleague)
    EmailAddress.objects.create(user=colleague, email=EMAIL)
    return colleague


@pytest.fixture
def administrator(make_user):
    """Who keeps accounts."""
    return make_user(groups=["Administrators"])


@pytest.fixture
def story(person, trunk):
    """A published story of theirs, changed once, with a translation being made."""
    page = trunk(StoryIndexPage).add_child(
        instance=StoryFactory.build(title="Hoogwater", author=person, text="Wij stonden klaar.")
    )
    page.save_revision(user=person).publish(user=person)
    page.title = "Hoog water"
    page.save_revision(user=person, log_action=True).publish(user=person)
    TranslationSource.get_or_create_from_instance(page)
    return page


def everything_stored() -> str:
    """Every value of every row of every table, of whatever package, and the name of every stored file."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - our own tables
            for row in cursor.fetchall():
                texts = (value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in row)
                found.append(f"{table}: {' | '.join(texts)}")
    found += [f"file: {path}" for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    return "\n".join(found)


def lines_naming(text: str) -> list[str]:
    """The lines that hold something of the person."""
    return [line[:300] for line in text.splitlines() if any(name in line.casefold() for name in NAMES)]


def test_who_leaves_keeps_name_and_role_as_they_were(as_user, make_user, person, story, trunk):
    User.objects.filter(pk=person.pk).update(is_active=False, last_name="Anders", job_title="Iets anders")
    rebuild()
    client = as_user(make_user())
    page = client.get(story.get_url()).content.decode()
    assert f"{FIRST} {LAST}" in page and "Sluiswachter" in page
    assert f"{FIRST} {LAST}" in client.get(trunk(StoryIndexPage).get_url()).content.decode()
    assert f"{FIRST} {LAST}" in client.get("/nl/search/", {"q": "hoog water"}).content.decode()
    # Changed by an editor afterwards, too.
    story.refresh_from_db()
    story.save_revision().publish()
    assert f"{FIRST} {LAST}" in client.get(story.get_url()).content.decode()


def test_no_name_is_left_anywhere(
    client, person, administrator, story, trunk, make_user, django_capture_on_commit_callbacks
):
    client.force_login(person)
    client.get("/nl/")
    news = trunk(NewsIndexPage).add_child(instance=NewsFactory.build(author=person))
    news.save_revision(user=person).publish()
    notify(recipient=person, kind="story.published", key="1")
    choose_cadence(user=person, kind="story.published", cadence="daily")
    save_draft(author=person, key=uuid.uuid4(), version=0, values={"title": "Later", "text": "Nog niet af"})
    PublicSnapshot.objects.create(story=story, language="nl", title="x", text="x", author_name=person.get_full_name())
    other = make_user(manager=person)
    log(instance=person, action="wagtail.edit", user=administrator)
    log(instance=other, action="wagtail.edit", user=person)
    rebuild()
    assert len(lines_naming(everything_stored())) > 10
    with django_capture_on_commit_callbacks(execute=True):
        forget_person(person=person, by=administrator)
    drain()
    assert lines_naming(everything_stored()) == []
    other.refresh_from_db()
    assert other.manager is None


def test_what_somebody_typed_into_a_text_stays(person, administrator, story, make_user, trunk):
    """The one exception: nobody's words are rewritten."""
    free = trunk(StoryIndexPage).add_child(
        instance=StoryFactory.build(title="Bedankt", author=make_user(), text=f"Bedankt, {FIRST}!")
    )
    forget_person(person=person, by=administrator)
    assert FIRST in StoryPage.objects.get(pk=free.pk).text
    left = {line.split(":")[0] for line in lines_naming(everything_stored()) if not line.startswith("file")}
    # With it stays what Wagtail's admin finds it by.
    assert {name for name in left if not name.startswith("wagtailsearch_")} == {"stories_storypage"}


def test_readers_see_a_former_colleague_in_their_own_language(as_user, make_user, person, administrator, story, trunk):
    reader = as_user(make_user())
    addresses = [story.get_url(), trunk(StoryIndexPage).get_url(), "/nl/"]
    for address in addresses:
        assert FIRST in reader.get(address).content.decode()
    forget_person(person=person, by=administrator)
    rebuild()
    for address in [*addresses, "/nl/search/?q=hoog+water", "/en/search/?q=hoog+water", "/nl/search/?q=quaadvliet"]:
        html = reader.get(address).content.decode()
        assert not lines_naming(html.replace("quaadvliet", "")), address
    english = StoryPage.objects.get(alias_of=story.pk)
    html = reader.get(english.get_url()).content.decode()
    assert "Former colleague" in html and "Story by a former colleague" in reader.get("/en/").content.decode()


def test_publishing_an_old_version_doesnt_bring_the_name_back(person, administrator, story):
    first = story.revisions.order_by("pk").first()
    forget_person(person=person, by=administrator)
    Revision.objects.get(pk=first.pk).publish()
    page = StoryPage.objects.get(pk=story.pk)
    assert (page.title, page.author_name, page.author_role) == ("Hoogwater", "", "")
    with override("en"):
        assert (page.byline_name, page.byline_first_name) == ("Former colleague", "a former colleague")
    assert page.author_is_forgotten and not page.author_has_left and page.byline_person is None


def test_drafts_go_with_their_photos_and_others_photos_stay(
    person, administrator, make_user, story, django_capture_on_commit_callbacks
):
    draft = save_draft(author=person, key=uuid.uuid4(), version=0, values={"title": "Later", "text": "Nog niet"})
    own, used = ImageFactory(uploaded_by_user=person), ImageFactory(uploaded_by_user=person)
    StoryPhoto.objects.create(page=story, image=used, alt_text="x")
    for image in (own, used):
        DraftPhoto.objects.create(draft=draft, image=image)
    name, storage = own.file.name, own.file.storage
    assert storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        forget_person(person=person, by=administrator)
    assert not StoryDraft.objects.filter(author=person).exists()
    assert not type(own).objects.filter(pk=own.pk).exists() and not storage.exists(name)
    assert type(used).objects.filter(pk=used.pk).exists()


def test_an_unpublished_story_is_withdrawn_and_emptied_and_a_published_one_stays(person, administrator, story):
    draft = save_draft(
        author=person,
        key=uuid.uuid4(),
        version=0,
        values={"title": "Wacht nog", "text": "Op een moderator", "language": "nl"},
    )
    submission = send_story(draft=draft, author=person)
    forget_person(person=person, by=administrator)
    submission.refresh_from_db()
    assert submission.state == Submission.State.WITHDRAWN
    assert StoryPage.objects.get(pk=story.pk).live
    left = everything_stored()
    assert "Wacht nog" not in left and "wacht-nog" not in left and "Op een moderator" not in left
    # Once more changes nothing, and it can still be opened.
    forget_person(person=person, by=administrator)
    assert Revision.objects.get(pk=submission.story.latest_revision_id).as_object().title == submission.story.title


def test_photos_of_the_person_are_hidden_and_come_back_from_outside(person, administrator, make_user, trunk):
    author = make_user()
    draft = save_draft(
        author=author, key=uuid.uuid4(), version=0, values={"title": "Feest", "text": "x", "language": "nl"}
    )
    submission = send_story(draft=draft, author=author)
    portrayal = Portrayal.objects.create(
        story=submission.story, image=ImageFactory(), person=person, answer="fine", may_go_outside=True
    )
    copy = PublicSnapshot.objects.create(story=submission.story, language="nl", title="Feest", text="x")
    forget_person(person=person, by=administrator)
    portrayal.refresh_from_db()
    copy.refresh_from_db()
    assert (portrayal.answer, portrayal.may_go_outside) == (Portrayal.Answer.HIDDEN, False)
    assert copy.withdrawn_at


def test_the_account_is_empty_closed_and_signed_out_everywhere(client, person, administrator):
    client.force_login(person)
    assert client.get("/nl/settings/").status_code == 200
    QuietHours.objects.create(user=person)
    forget_person(person=person, by=administrator)
    person.refresh_from_db()
    assert client.get("/nl/settings/").status_code == 302
    assert not [row for row in Session.objects.all() if row.get_decoded().get("_auth_user_id") == str(person.pk)]
    assert not person.is_active and not person.has_usable_password() and not person.groups.exists()
    assert person.email.endswith(".invalid")
    assert not any(model.objects.exists() for model in (Message, Preference, QuietHours))


def test_it_is_logged_without_the_name_and_once(person, administrator, caplog):
    caplog.set_level("INFO", "people")
    for _time in range(2):
        forget_person(person=person, by=administrator)
    entry = ModelLogEntry.objects.get(action=ACTION)
    assert (entry.object_id, entry.user_id) == (str(person.pk), administrator.pk)
    assert lines_naming(f"{entry.label} {json.dumps(entry.data)}\n{caplog.text}") == []


@pytest.mark.parametrize("who", ["themselves", "an editor", "HR", "closed"])
def test_only_who_keeps_accounts_may(person, make_user, who):
    by = {
        "themselves": lambda: person,
        "an editor": lambda: make_user(groups=["Editors"]),
        "HR": lambda: make_user(groups=["HR"]),
        "closed": lambda: make_user(groups=["Administrators"], is_active=False),
    }[who]()
    with pytest.raises(PermissionDenied):
        forget_person(person=person, by=by)
    person.refresh_from_db()
    assert person.first_name == FIRST


def test_a_superuser_is_forgotten_by_a_superuser_only(make_user, administrator):
    root = make_user(is_superuser=True)
    with pytest.raises(PermissionDenied):
        forget_person(person=root, by=administrator)
    assert forget_person(person=root, by=make_user(is_superuser=True)).forgotten_at


def test_the_admin_says_what_happens_and_asks_for_the_address(as_user, person, administrator):
    client = as_user(administrator)
    address = f"/admin/colleagues/{person.pk}/forget/"
    assert address in client.get(f"/admin/users/edit/{person.pk}/").content.decode()
    assert EMAIL in client.get(address).content.decode()
    wrong = client.post(address, {"email": "somebody@example.org"})
    assert wrong.status_code == 422 and "somebody@example.org" in wrong.content.decode()
    person.refresh_from_db()
    assert person.forgotten_at is None
    response = client.post(address, {"email": EMAIL.upper()}, follow=True)
    assert response.status_code == 200 and not lines_naming(response.content.decode())
    person.refresh_from_db()
    assert person.forgotten_at
    # Opened again by nobody, by no way.
    for path in (f"/admin/users/edit/{person.pk}/", address):
        assert client.get(path).status_code in (302, 403)


@pytest.mark.parametrize("groups", [["Editors"], ["HR"], ["Moderators"], []])
def test_the_page_is_closed_to_others(as_user, person, make_user, groups):
    client = as_user(make_user(groups=groups))
    for method in ("get", "post"):
        response = getattr(client, method)(f"/admin/colleagues/{person.pk}/forget/", {"email": EMAIL})
        assert response.status_code in (302, 403)
        assert EMAIL not in response.content.decode()
    person.refresh_from_db()
    assert person.forgotten_at is None


def test_a_forgotten_account_never_opens_again(person, administrator):
    forget_person(person=person, by=administrator)
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=person.pk).update(is_active=True)


def test_the_command_asks_first(person, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda question: "no")
    call_command("forget_person", EMAIL, stdout=io.StringIO())
    person.refresh_from_db()
    assert person.first_name == FIRST
    out = io.StringIO()
    call_command("forget_person", EMAIL.upper(), noinput=True, stdout=out)
    assert lines_naming(out.getvalue()) == []
    person.refresh_from_db()
    assert person.forgotten_at
    with pytest.raises(CommandError, match="no account"):
        call_command("forget_person", EMAIL)


def test_a_page_they_closed_for_editing_is_free_again(person, administrator, story):
    StoryPage.objects.filter(pk=story.pk).update(locked=True, locked_by=person)
    forget_person(person=person, by=administrator)
    assert not StoryPage.objects.get(pk=story.pk).locked


def test_restricted_pages_stay_restricted(person, administrator, story):
    PageViewRestriction.objects.create(page=story, restriction_type="groups")
    forget_person(person=person, by=administrator)
    assert PageViewRestriction.objects.filter(page=story).exists()
