"""The pages of sharing on, for the author, colleagues, people in the photos and moderators."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import PageViewRestriction

from guidelines.models import ChapterPage
from stories.models import Portrayal, ShareCount, ShareTipsAcknowledgement, SharingChoice, StoryPage, Submission
from stories.networks import address_for, clean_server
from stories.services.sharing import ask_release
from tests.factories import UserFactory
from tests.project.conftest import make_page
from tests.stories.going_outside import bring_outside, publish, say_yes, seen

pytestmark = pytest.mark.django_db
UUID = "9f0b7b8e-7f7c-4f0c-8a52-0b6f4d1f9d10"


@pytest.fixture
def person(db):
    """Somebody who can be recognised."""
    return UserFactory(first_name="Hadewych")


@pytest.fixture
def submission(send, user, moderator, person):
    """A published story with a person in it."""
    return publish(send, user, moderator, people=[person])


@pytest.fixture
def public(submission, moderator):
    """The same, outside."""
    bring_outside(submission, moderator)
    submission.refresh_from_db()
    return submission


def _url(name: str, *args, language: str = "nl") -> str:
    with override(language):
        return reverse(f"stories:{name}", args=args)


def _text_form(**values) -> dict:
    return {"language": "nl", "text_nl": "Lees dit", "text_en": "Read this", "server": "", "key": UUID} | values


@pytest.fixture
def tips(channel):
    """A chapter with seven tips, chosen for the channel."""
    chapter = make_page(ChapterPage, "Huisregels")
    tip = {"title": "Laat klanten erbuiten", "text": "<p>Noem geen namen.</p>", "why": "<p>Vertrouwen.</p>"}
    chapter.body = [("tip", {**tip, "title": f"Tip nummer {number}"}) for number in range(7)]
    chapter.save_revision().publish()
    channel.sharing_tips = ChapterPage.objects.get(pk=chapter.pk)
    channel.save()
    return channel.sharing_tips


def test_a_colleague_reads_why_a_story_is_internal_and_can_let_the_author_know(as_user, submission, user):
    client = as_user(UserFactory())
    page = client.get(_url("share", submission.story_id)).content.decode()
    assert _url("share_wanted", submission.story_id) in page
    assert _url("share_ask", submission.story_id) not in page
    assert "linkedin" not in page
    response = client.post(_url("share_wanted", submission.story_id), follow=True)
    assert response.status_code == 200
    assert user.messages.filter(kind="story.release_wanted").count() == 1


def test_the_author_asks_and_chooses(as_user, submission, user):
    client, image = as_user(user), submission.story.photos.get().image
    assert _url("share_ask", submission.story_id) in client.get(_url("share", submission.story_id)).content.decode()
    form = client.get(_url("share_ask", submission.story_id)).context["form"]
    assert form.initial["along"] == [image.pk]
    data = {"with_name": "on", "text_nl": "Lees <b>dit</b>", "text_en": ""}
    for _twice in range(2):
        assert client.post(_url("share_ask", submission.story_id), data).status_code == 302
    choice = SharingChoice.objects.get()
    assert (choice.with_name, choice.text_nl, list(choice.left_out.all())) == (True, "Lees <b>dit</b>", [image])
    assert Submission.objects.get().release == Submission.Release.ASKED
    assert client.get(_url("share", submission.story_id)).status_code == 200


def test_what_was_typed_stays_where_something_is_wrong(as_user, submission, user):
    data = {"along": ["999999"], "text_nl": "x" * 601, "text_en": "blijft staan"}
    response = as_user(user).post(_url("share_ask", submission.story_id), data)
    assert response.status_code == 422
    assert "blijft staan" in response.content.decode()
    assert set(response.context["form"].errors) == {"along", "text_nl"}
    assert Submission.objects.get().release == Submission.Release.INTERNAL


def test_only_the_author_asks(as_user, submission, moderator):
    for person in (UserFactory(), moderator):
        client = as_user(person)
        assert client.get(_url("share_ask", submission.story_id)).status_code == 404
        assert client.post(_url("share_ask", submission.story_id), {}).status_code == 404
    assert Submission.objects.get().release == Submission.Release.INTERNAL


def test_the_tips_come_first_once_per_version(as_user, public, tips):
    reader = UserFactory()
    client = as_user(reader)
    page = client.get(_url("share", public.story_id)).content.decode()
    assert page.count("Tip nummer") == 5
    assert "share/linkedin" not in page
    assert client.post(_url("share_to", public.story_id, "linkedin"), _text_form()).url == _url(
        "share", public.story_id
    )
    assert not ShareCount.objects.exists()
    for _twice in range(2):
        assert client.post(_url("share_tips", public.story_id)).status_code == 302
    assert ShareTipsAcknowledgement.objects.filter(user=reader).count() == 1
    page = client.get(_url("share", public.story_id)).content.decode()
    assert "share/linkedin" in page
    tips.body = [("tip", {"title": "Een nieuwe tip", "text": "<p>x</p>", "why": "<p>y</p>"})]
    tips.save_revision().publish()
    page = client.get(_url("share", public.story_id)).content.decode()
    assert "Een nieuwe tip" in page
    assert "share/linkedin" not in page


def test_tips_of_a_chapter_one_may_not_read_are_left_out(as_user, public, tips):
    rule = PageViewRestriction.objects.create(page=tips, restriction_type=PageViewRestriction.GROUPS)
    rule.groups.add(Group.objects.create(name="Board"))
    page = as_user(UserFactory()).get(_url("share", public.story_id)).content.decode()
    assert "Tip nummer" not in page
    assert "share/linkedin" in page


@pytest.mark.parametrize(("network", "start"), [
    ("linkedin", "https://www.linkedin.com/sharing/share-offsite/?url="),
    ("whatsapp", "https://wa.me/?text="),
    ("mail", "mailto:?subject="),
    ("mastodon", "https://mastodon.nl/share?text="),
    ("copy", ""),
])  # fmt: skip
def test_every_network_opens_from_a_link_and_is_counted_once(network, start, as_user, public):
    client = as_user(UserFactory())
    data = _text_form(
        text_nl='Lees "dit" & <dat>\r\n\r\nNu 😀', server="https://Mastodon.nl/" if network == "mastodon" else ""
    )
    for _twice in range(2):
        response = client.post(_url("share_to", public.story_id, network), data)
        assert response.url == _url("share_to", public.story_id, network), "no redirect leaves the portal"
    page = client.get(response.url).content.decode()
    assert list(ShareCount.objects.values_list("network", "count")) == [(network, 1)]
    token = public.story.snapshots.get().token
    public_url = f"http://testserver/share/{token}/"
    assert public_url in page
    found = [href for href in re.findall(r'<a class="button" href="([^"]+)"', page) if start and href.startswith(start)]
    assert len(found) == bool(start)
    if network in ("whatsapp", "mastodon"):
        text = parse_qs(urlsplit(found[0].replace("&amp;", "&")).query)["text"]
        assert text == [f'Lees "dit" & <dat>\r\n\r\nNu 😀\n\n{public_url}'] or text[0].endswith(public_url)
        assert '"dit" & <dat>' in text[0]
    if network == "mail":
        assert public_url in unquote(found[0])
    assert "<dat>" not in page


def test_looking_changes_nothing(as_user, public):
    client = as_user(UserFactory())
    for name in ("linkedin", "device", "copy", "mastodon"):
        assert client.get(_url("share_to", public.story_id, name)).url == _url("share", public.story_id)
    for name in ("share_end", "share_wanted", "share_tips"):
        assert client.get(_url(name, public.story_id)).status_code == 405
    assert not ShareCount.objects.exists()
    assert client.post(_url("share_to", public.story_id, "facebook"), _text_form()).status_code == 404


@pytest.mark.parametrize("typed", [
    "", "mastodon", "https://user@mastodon.nl", "mastodon.nl:8080", "mastodon.nl/share", "127.0.0.1", "10.0.0.1", "[::1]",
    "2130706433", "0x7f.1", "localhost", "wiki.lan", "a.internal", "mastodon.nl?x=", "mastodon.nl#", "masto don.nl",
    "javascript:alert(1)", "mastodon.nl\n.evil.example", "x" * 300 + ".nl", "-a.nl", "a..nl", "\\\\evil.example", "é\x00.nl",
    "127.0.0.1.", "1.2.3.0x4", "mastodon.nl@evil.example", "//evil.example",
])  # fmt: skip
def test_only_the_name_of_a_public_server_is_taken(typed, as_user, public):
    with pytest.raises(ValidationError):
        clean_server(typed)
    with pytest.raises(ValidationError):
        address_for("mastodon", url="https://x.example/", text="", title="", server=typed)
    response = as_user(UserFactory()).post(
        _url("share_to", public.story_id, "mastodon"), _text_form(server=typed, text_nl="blijft staan")
    )
    assert response.status_code == 422
    assert "server" in response.context["form"].errors
    assert "blijft staan" in response.content.decode()
    assert not ShareCount.objects.exists()


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("mastodon.nl", "mastodon.nl"),
        (" HTTPS://Social.Example.ORG/ ", "social.example.org"),
        ("münchen.social", "xn--mnchen-3ya.social"),
    ],
)
def test_a_server_may_be_typed_as_people_do(typed, host):
    assert clean_server(typed) == host


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_words_are_there_in_both_languages_and_the_authors_own_win(language, as_user, submission, moderator):
    bring_outside(submission, moderator, text_en="My own words")
    form = as_user(UserFactory()).get(_url("share", submission.story_id, language=language)).context["form"]
    assert "Een dag op de bouw" in form.initial["text_nl"]
    assert form.initial["text_en"] == "My own words"
    assert form.initial["language"] == language


@pytest.mark.parametrize(("data", "fields"), [
    ({"language": "xx"}, {"language"}), ({"key": "x"}, {"key"}), ({"text_nl": "x" * 601}, {"text_nl"}), ({"language": ""}, {"language"}),
])  # fmt: skip
def test_bad_input_is_said_beside_its_field(data, fields, as_user, public):
    response = as_user(UserFactory()).post(_url("share_to", public.story_id, "linkedin"), _text_form(**data))
    assert response.status_code == 422
    assert set(response.context["form"].errors) == fields


def test_somebody_in_a_photo_answers_and_changes_their_mind(as_user, submission, user, person):
    ask_release(submission=submission, by=user)
    row = Portrayal.objects.get()
    client = as_user(person)
    page = client.get(_url("consent", row.pk)).content.decode()
    assert "checked" not in page
    assert client.post(_url("consent", row.pk), {}).status_code == 422
    for answer, allowed in (("yes", True), ("yes", True), ("no", False), ("yes", True)):
        assert client.post(_url("consent", row.pk), {"answer": answer}).status_code == 302
        row.refresh_from_db()
        assert row.may_go_outside is allowed
    assert "checked" in client.get(_url("consent", row.pk)).content.decode()


def test_nobody_else_sees_that_question(as_user, submission, user, moderator):
    row = Portrayal.objects.get()
    for stranger in (user, moderator, UserFactory()):
        client = as_user(stranger)
        assert client.get(_url("consent", row.pk)).status_code == 404
        assert client.post(_url("consent", row.pk), {"answer": "yes"}).status_code == 404
    row.refresh_from_db()
    assert not row.may_go_outside


def test_a_moderator_sees_what_goes_outside_and_who_agreed(as_user, submission, user, moderator, person):
    ask_release(submission=submission, by=user)
    client = as_user(moderator)
    listed = client.get(_url("releases")).content.decode()
    assert submission.story.title in listed
    page = client.get(_url("release", submission.pk)).content.decode()
    assert person.get_full_name() in page
    assert 'name="seen"' not in page
    stale = client.post(_url("release", submission.pk), {"seen": seen(submission)}, follow=True)
    assert person.get_full_name() in stale.content.decode()
    say_yes(submission)
    assert seen(submission) in client.get(_url("release", submission.pk)).content.decode()
    client.post(_url("release", submission.pk), {"seen": seen(submission)})
    assert Submission.objects.get().release == Submission.Release.PUBLIC


def test_the_second_moderator_reads_what_happened(as_user, public, second_moderator, moderator):
    client = as_user(second_moderator)
    for address, data in (
        (_url("release", public.pk), {"seen": seen(public)}),
        (_url("release_refuse", public.pk), {"reason": "tone", "comment": "Nee"}),
    ):
        response = client.post(address, data, follow=True)
        assert response.status_code == 200
        assert moderator.get_full_name() in response.content.decode()


def test_keeping_it_inside_needs_a_reason_and_words(as_user, submission, user, moderator):
    ask_release(submission=submission, by=user)
    client = as_user(moderator)
    response = client.post(_url("release_refuse", submission.pk), {"comment": "   "})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"reason", "comment"}
    client.post(_url("release_refuse", submission.pk), {"reason": "privacy", "comment": "Een kenteken."})
    assert Submission.objects.get().release == Submission.Release.INTERNAL


@pytest.mark.parametrize("role", ["author", "colleague"])
def test_who_may_not_judge_finds_none_of_it(role, as_user, submission, user):
    ask_release(submission=submission, by=user)
    client = as_user(user if role == "author" else UserFactory())
    for name, args in (("releases", ()), ("release", (submission.pk,))):
        assert client.get(_url(name, *args)).status_code == 404
    assert client.post(_url("release", submission.pk), {"seen": seen(submission)}).status_code == 404
    assert client.post(_url("release_refuse", submission.pk), {"reason": "tone"}).status_code == 404
    assert Submission.objects.get().release == Submission.Release.ASKED


def test_author_and_moderator_take_it_back_others_do_not(as_user, public, user):
    assert as_user(UserFactory()).post(_url("share_end", public.story_id)).status_code == 404
    assert as_user(user).post(_url("share_end", public.story_id)).status_code == 302
    assert Submission.objects.get().release == Submission.Release.INTERNAL


def test_the_author_sees_that_outside_is_older(as_user, public, user):
    client = as_user(user)
    assert not client.get(_url("share", public.story_id)).context["sharing"].is_older
    page = StoryPage.objects.get(pk=public.story_id)
    page.text = "Groot veranderd."
    page.save_revision().publish()
    response = client.get(_url("share", public.story_id))
    assert response.context["sharing"].is_older
    assert _url("share_ask", public.story_id) in response.content.decode()


def test_a_story_one_may_not_read_is_not_there_to_share(as_user, public):
    rule = PageViewRestriction.objects.create(page=public.story, restriction_type=PageViewRestriction.GROUPS)
    rule.groups.add(Group.objects.create(name="Board"))
    client = as_user(UserFactory())
    names = ["share", "share_ask", "share_end", "share_wanted", "share_tips"]
    for name in names:
        for pk in (public.story_id, 999_999):
            assert client.post(_url(name, pk)).status_code in (404, 405)
            assert client.get(_url(name, pk)).status_code in (404, 405)
    assert client.post(_url("share_to", public.story_id, "linkedin"), _text_form()).status_code == 404
    assert not ShareCount.objects.exists()


def test_the_english_address_of_a_dutch_story_shares_the_original(as_user, public):
    alias = StoryPage.objects.filter(alias_of=public.story_id).first()
    assert alias is not None
    response = as_user(UserFactory()).get(_url("share", alias.pk, language="en"))
    assert response.context["sharing"].submission == public
    assert response.context["sharing"].copy is not None


def test_the_author_of_a_story_that_editors_placed_can_ask_too(as_user, user):
    page = make_page(StoryPage, "Van de redactie")
    StoryPage.objects.filter(pk=page.pk).update(author=user)
    client = as_user(user)
    assert client.get(_url("share", page.pk)).status_code == 200
    assert client.get(_url("share_ask", page.pk)).status_code == 200
    assert not Submission.objects.exists(), "looking made something"
    client.post(_url("share_ask", page.pk), {})
    assert Submission.objects.get().release == Submission.Release.ASKED


def test_the_story_page_leads_here(as_user, submission):
    page = as_user(UserFactory()).get(submission.story.url).content.decode()
    assert _url("share", submission.story_id) in page


def test_few_queries_however_many_stories_wait(as_user, send, user, moderator):
    client = as_user(moderator)

    def count():
        with CaptureQueriesContext(connection) as queries:
            assert client.get(_url("releases")).status_code == 200
        return len(queries)

    def more(number):
        for _turn in range(number):
            ask_release(submission=publish(send, user, moderator, people=[UserFactory()]), by=user)

    more(1)
    count()
    first = count()
    more(9)
    count()
    assert count() == first
    assert first <= 16


def test_few_queries_to_share(as_user, public, tips):
    client = as_user(UserFactory())
    client.post(_url("share_tips", public.story_id))
    client.get(_url("share", public.story_id))
    with CaptureQueriesContext(connection) as queries:
        client.get(_url("share", public.story_id))
    assert len(queries) <= 32


def test_the_list_counts_whom_it_waits_for(as_user, submission, user, moderator):
    ask_release(submission=submission, by=user)
    client = as_user(moderator)
    assert [row.missing for row in client.get(_url("releases")).context["page_obj"]] == [1]
    ask_release(submission=submission, by=user, left_out=[submission.story.photos.get().image_id])
    assert [row.missing for row in client.get(_url("releases")).context["page_obj"]] == [0]
