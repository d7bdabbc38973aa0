"""What somebody sees who hasn't started: their own first steps and what these point to, and nothing else."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.models import PageViewRestriction

from base.models import PortalDocument
from base.stamp import touch_content
from guidelines.models import ManualIndexPage
from notifications.kinds import Content, Kind, register
from notifications.models import Message
from notifications.sending import send_due
from notifications.services import notify
from onboarding.models import PageBeforeStart, StepPage, StepProgress
from onboarding.preboarding import ALWAYS
from onboarding.services import complete_step, enrol
from onboarding.services.opening import open_before_start
from people.models import User
from tests.addresses import all_addresses
from tests.crawl import crawl
from tests.factories import ChapterFactory, ImageFactory, ManualFactory, UserFactory

from .conftest import publish

pytestmark = pytest.mark.django_db
START = timezone.localdate() + timedelta(days=14)


def rich(text: str) -> list:
    return [("text", f"<p>{text}</p>")]


@pytest.fixture
def manual(trunk):
    """A page to read, among others that are none of their business."""
    manual = publish(ManualFactory(parent=trunk(ManualIndexPage), title="Huisregels", summary="Zo doen we het."))
    publish(ChapterFactory(parent=manual, title="Geheim hoofdstuk"))
    return manual


@pytest.fixture
def first_steps(path, manual):
    """The first step of the path reads the manual before the start, with a picture; the others come later."""
    first, *later = StepPage.objects.descendant_of(path).order_by("path")
    for step in StepPage.objects.filter(translation_key=first.translation_key):
        step.visible_before_start = True
        step.save()
    first.refresh_from_db()
    first.reads, first.image = manual, ImageFactory()
    open_before_start(page=manual, actor=UserFactory())
    return publish(first), later


@pytest.fixture
def buddy():
    return UserFactory(
        first_name="Bente", last_name="Buddy", photo=ContentFile(ImageFactory().file.read(), "bente.png")
    )


@pytest.fixture
def person(path, first_steps, buddy):
    """Somebody on the path who hasn't started."""
    person = UserFactory(first_name="Sam", is_preboarder=True, start_date=START)
    enrol(user=person, path=path, start_date=START, buddy=buddy)
    return person


@pytest.fixture
def preboarder(person):
    """Their client."""
    client = Client()
    client.force_login(person)
    return client


def test_the_path_shows_the_first_steps_only(preboarder, first_steps):
    first, later = first_steps
    page = preboarder.get("/nl/onboarding/").content.decode()
    assert first.title in page
    assert not [step.title for step in later if step.title in page]


def test_the_chrome_names_nothing_that_is_closed(preboarder):
    page = preboarder.get("/nl/onboarding/").content.decode()
    for closed in ("/nl/search/", "/nl/messages/", "/nl/settings/", "/nl/people/", "/nl/stories/", "site-nav"):
        assert closed not in page, closed
    assert 'action="/accounts/logout/"' in page and "/en/onboarding/" in page


def test_what_colleagues_see_around_a_page_isnt_lent_to_them(preboarder, as_user):
    preboarder.get("/nl/onboarding/")
    assert "/nl/search/" in as_user(UserFactory()).get("/nl/onboarding/").content.decode()
    assert "/nl/search/" not in preboarder.get("/nl/onboarding/").content.decode()


def test_a_first_step_opens_and_can_be_done(preboarder, person, first_steps):
    first, _later = first_steps
    assert preboarder.get(first.url).status_code == 200
    enrolment = person.enrolments.get()
    address = f"/nl/onboarding/{enrolment.pk}/steps/{first.translation_key}/complete/"
    assert preboarder.post(address).status_code == 302
    assert StepProgress.objects.get(enrolment=enrolment, step_key=first.translation_key).completed_at
    page = preboarder.get("/nl/onboarding/").content.decode()
    enrolment.refresh_from_db()
    assert enrolment.completed_at is None and "afgerond!" not in page


@pytest.mark.parametrize("what", ["complete", "reopen", "quiz/start", "hand-in", "ask", "useful"])
def test_a_later_step_is_closed_whatever_is_asked_of_it(preboarder, person, first_steps, what):
    _first, later = first_steps
    enrolment = person.enrolments.get()
    address = f"/nl/onboarding/{enrolment.pk}/steps/{later[0].translation_key}/{what}/"
    for method in (preboarder.get, preboarder.post):
        assert method(address).status_code == 403
    assert preboarder.get(later[0].url).status_code == 403
    assert not StepProgress.objects.touched().exists()


def test_somebody_elses_path_is_as_unknown_as_ever(preboarder, path, first_steps):
    other = enrol(user=UserFactory(), path=path, start_date=START)
    first, _later = first_steps
    assert preboarder.get(f"/nl/onboarding/{other.pk}/").status_code == 404
    address = f"/nl/onboarding/{other.pk}/steps/{first.translation_key}/complete/"
    assert preboarder.post(address).status_code == 403


def test_a_page_to_read_comes_without_what_stands_around_it(preboarder, first_steps, manual):
    first, _later = first_steps
    assert manual.url in preboarder.get(first.url).content.decode()
    page = preboarder.get(f"{manual.url}?step={first.translation_key}").content.decode()
    assert "Zo doen we het." in page and first.url in page
    assert "Geheim hoofdstuk" not in page
    chapter = manual.get_children().get()
    answer = preboarder.get(chapter.url)
    assert answer.status_code == 403 and "Geheim hoofdstuk" not in answer.content.decode()


def test_a_page_that_is_not_visible_before_the_start_is_closed_where_a_step_leads_to_it(
    preboarder, first_steps, manual
):
    first, _later = first_steps
    PageBeforeStart.objects.all().delete()
    touch_content()
    for language in ("nl", "en"):
        assert preboarder.get(manual.url.replace("/nl/", f"/{language}/")).status_code == 403
    step = preboarder.get(first.url)
    assert (
        step.status_code == 200
        and manual.url not in step.content.decode()
        and manual.title not in step.content.decode()
    )
    assert "of is niet open voor jou" in step.content.decode()


def test_a_page_that_is_restricted_stays_closed(preboarder, manual):
    PageViewRestriction.objects.create(page=manual, restriction_type=PageViewRestriction.GROUPS)
    assert preboarder.get(manual.url).status_code == 403


def test_files_open_only_where_an_open_page_shows_them(preboarder, first_steps, buddy):
    first, _later = first_steps
    other = ImageFactory()
    document = PortalDocument.objects.create(title="Plan", file=ContentFile(b"%PDF-1.4", name="plan.pdf"))
    face = UserFactory(photo=ContentFile(ImageFactory().file.read(), "ander.png"))
    assert preboarder.get(first.image.file.url).status_code == 200
    assert preboarder.get(buddy.photo.url).status_code == 200
    for address in (other.file.url, document.url, document.file.url, face.photo.url, "/media/images/nothing.jpg"):
        assert preboarder.get(address).status_code == 403, address


@pytest.mark.parametrize("method", ["get", "post", "options"])
def test_every_address_is_closed_but_those_that_are_named(preboarder, method):
    preboarder.raise_request_exception = False
    leading, closed = {"/", "/nl/", "/accounts/login/"}, 0
    for address, name in all_addresses():
        # Signing out would end the walk, and outside nobody's session is read.
        if name == "account_logout" or address.startswith("/share/"):
            continue
        answer = getattr(preboarder, method)(address)
        view = answer.resolver_match.view_name if answer.resolver_match else ""
        if address in leading:
            assert (answer.status_code, answer["Location"]) == (302, "/nl/onboarding/"), address
        elif view not in ALWAYS:
            assert answer.status_code == 403, (address, name, answer.status_code)
            closed += 1
    assert closed > 150


def test_every_name_on_the_list_is_an_address(preboarder):
    names = {name for _address, name in all_addresses()}
    assert {name.rpartition(":")[2] for name in ALWAYS} <= names


def test_following_every_link_finds_nothing_but_what_is_open(preboarder, first_steps, manual):
    first, _later = first_steps
    seen = crawl(preboarder, ["/nl/onboarding/", "/en/onboarding/"])
    found = {address for address, answer in seen.items() if answer.status_code == 200}
    assert {first.url, f"{manual.url}?step={first.translation_key}"} <= found
    strange = {address for address, answer in seen.items() if answer.status_code not in (200, 302)}
    assert strange == set()
    for answer in seen.values():
        text = b"" if answer.streaming else answer.content
        assert b"Geheim hoofdstuk" not in text and b"stap 1.2" not in text


def test_what_is_not_there_suggests_nothing(preboarder):
    answer = preboarder.get("/nl/onboarding/999999/")
    assert answer.status_code == 404 and "/nl/search/" not in answer.content.decode()


def test_what_is_closed_says_when_it_opens_and_leads_back(preboarder):
    answer = preboarder.get("/nl/search/?q=huisregels")
    page = answer.content.decode()
    assert answer.status_code == 403 and 'href="/nl/onboarding/"' in page
    assert page.count("<h1") == 1


def test_a_path_that_ended_closes_its_steps(preboarder, person, first_steps):
    first, _later = first_steps
    person.enrolments.update(ended_on=timezone.localdate())
    assert preboarder.get(first.url).status_code == 403


def test_on_the_first_day_everything_opens(preboarder, person, first_steps):
    User.objects.filter(pk=person.pk).update(is_preboarder=False)
    _first, later = first_steps
    assert preboarder.get(later[0].url).status_code == 200
    assert preboarder.get("/nl/").status_code == 200


def test_with_all_first_steps_done_the_rest_is_announced(person, preboarder, first_steps):
    first, _later = first_steps
    complete_step(enrolment=person.enrolments.get(), step_key=first.translation_key)
    answer = preboarder.get("/en/onboarding/")
    assert "You are all set" in answer.content.decode()


def test_colleagues_dont_find_them(person, as_user):
    client = as_user(UserFactory())
    assert client.get(f"/nl/people/{person.key}/").status_code == 404
    assert person not in User.objects.active()


@pytest.fixture
def kinds(path, first_steps):
    """Kinds of message: about a first step, about a later one, about something else of the portal."""
    first, later = first_steps
    for name, url in (
        ("first", first.url),
        ("later", later[0].url),
        ("news", "/nl/nieuws/"),
        ("own", "/nl/onboarding/"),
    ):
        content = Content(title=f"Over {name}", url=url)
        register(Kind(f"test.{name}", name, lambda payload, recipient, content=content: content, urgent=True))
    yield ["test.first", "test.later", "test.news", "test.own"]
    from notifications import kinds as registry

    for name in ("first", "later", "news", "own"):
        registry._kinds.pop(f"test.{name}")


def test_mails_are_only_about_what_is_open(person, kinds):
    for kind in kinds:
        notify(recipient=person, kind=kind, key="1")
    Message.objects.update(due_at=timezone.now() - timedelta(days=1))
    for hour in range(0, 24 * 4, 3):
        send_due(timezone.now() + timedelta(hours=hour))
    told = "".join(message.body for message in mail.outbox if message.to == [person.email])
    assert "Over first" in told and "Over own" in told
    assert "Over later" not in told and "Over news" not in told
