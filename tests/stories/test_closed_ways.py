"""Ways in which something that was closed could come open again, or a name could stay behind."""

import uuid

import pytest
from django.urls import reverse

from people.forgetting import forget_person
from stories.difference import is_small_change
from stories.models import Portrayal, StoryDraft, StoryPage, Submission
from stories.services import StateError, approve_story, open_draft_for, restore_story, send_story, withdraw_story
from stories.services.reporting import report_story, settle_reports
from stories.services.sharing import answer_outside, missing_consents
from stories.services.snapshots import choice_for
from tests.factories import ImageFactory
from tests.stories.going_outside import bring_outside, publish
from tests.stories.test_translated import translate


@pytest.fixture
def published(user, send, moderator):
    """A story that is out."""
    return approve_story(submission=send(user), moderator=moderator)


def test_a_copy_outside_keeps_neither_name_nor_role_of_who_is_forgotten(send, make_user, moderator):
    author = make_user(first_name="Zebedeus", last_name="Quist", job_title="Directeur Waterzaken")
    copy = bring_outside(publish(send, author, moderator), moderator, with_name=True)
    assert (copy.author_name, copy.author_role) == ("Zebedeus Quist", "Directeur Waterzaken")
    forget_person(person=author, by=None)
    copy.refresh_from_db()
    assert "Zebedeus" not in copy.author_name
    assert copy.author_role == ""


@pytest.mark.parametrize(("outcome", "comes_back"), [("upheld", False), ("rejected", True)])
def test_a_story_reported_rightly_after_it_was_withdrawn_is_not_put_back(
    published, user, make_user, moderator, outcome, comes_back
):
    report_story(page=published.story, reporter=make_user(), reason="wrong")
    withdraw_story(submission=published, author=user)
    settle_reports(submission=published, moderator=moderator, outcome=outcome, comment="Gelezen.")
    if comes_back:
        restore_story(submission=published, author=user)
    else:
        with pytest.raises(StateError):
            restore_story(submission=published, author=user)
    assert StoryPage.objects.get(pk=published.story_id).live is comes_back


def test_a_translation_of_a_withdrawn_story_stays_away(
    as_user, make_user, published, user, django_capture_on_commit_callbacks
):
    editor = as_user(make_user(groups=["Editors"]))
    twin = translate(editor, StoryPage.objects.get(pk=published.story_id))
    assert twin.live
    withdraw_story(submission=published, author=user)
    with django_capture_on_commit_callbacks(execute=True):
        editor.post(reverse("wagtailadmin_pages:edit", args=[twin.pk]), {"action": "publish"})
    assert not StoryPage.objects.get(pk=twin.pk).live


@pytest.mark.parametrize("version", ["Infinity", "1e400", "-1e400", '"x"', "null"])
def test_a_version_that_is_no_number_is_unreadable(as_user, user, version):
    url = reverse("stories:draft_save", args=[uuid.uuid4()])
    body = f'{{"version": {version}, "values": {{"title": "Een dag"}}}}'
    assert as_user(user).post(url, body, content_type="application/json").status_code == 400
    assert not StoryDraft.objects.exists()


def test_half_an_emoji_costs_nobody_their_words(as_user, user, write):
    draft, client = write(user), as_user(user)
    photo = draft.photos.create(image=ImageFactory())
    url = reverse("stories:draft_save", args=[draft.key])
    body = '{"version": 1, "values": {"title": "Feest \\ud83d", "text": "Mooi \\ud83d\\ude00 \\ude00"}}'
    assert client.post(url, body, content_type="application/json").status_code == 200
    body = f'{{"version": 2, "values": {{"photos": {{"{photo.key}": {{"alt_text": "Taart \\ud83d"}}}}}}}}'
    assert client.post(url, body, content_type="application/json").status_code == 200
    draft.refresh_from_db()
    photo.refresh_from_db()
    assert (draft.title, draft.text, photo.alt_text) == ("Feest", "Mooi 😀", "Taart")


def test_many_words_written_as_one_are_no_small_change():
    before = " ".join(f"woord{number}" for number in range(60))
    hidden_words = "\u2800".join(["Jan", "steelt", "elke", "dag", "van", "de", "kas"] * 5)
    assert is_small_change(before, before.replace("woord7 ", "wordt7 "))
    assert not is_small_change(before, before.replace("woord7 ", f"{hidden_words} "))


def test_edits_made_in_the_admin_go_to_the_author_when_approved_in_the_portal(
    as_user, user, send, moderator, make_user
):
    submission = send(user)
    page = submission.story.get_latest_revision_as_object()
    page.title = "Een heel andere titel"
    page.save_revision(user=make_user(groups=["Editors"]))
    as_user(moderator).post(reverse("stories:review_approve", args=[submission.pk]), {"comment": ""})
    submission.refresh_from_db()
    assert submission.state == Submission.State.AUTHOR_TO_AGREE
    assert not StoryPage.objects.get(pk=page.pk).live


@pytest.mark.parametrize("in_bulk", [False, True])
def test_a_channel_with_stories_is_not_deleted_by_an_editor(as_user, make_user, published, channel, in_bulk):
    client = as_user(make_user(groups=["Editors"]))
    if in_bulk:
        client.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'delete'])}?id={channel.pk}")
    else:
        client.post(reverse("wagtailadmin_pages:delete", args=[channel.pk]))
    assert StoryPage.objects.filter(pk=published.story_id).exists()


@pytest.mark.parametrize("says_yes", [False, True])
def test_who_said_no_to_outside_is_not_passed_by_naming_them_no_more(write, user, make_user, moderator, says_yes):
    person, draft = make_user(), write(user)
    photo = draft.photos.create(image=ImageFactory(), alt_text="Een kraan")
    photo.people.add(person)
    submission = approve_story(submission=send_story(draft=draft, author=user), moderator=moderator)
    answer_outside(portrayal=Portrayal.objects.get(person=person), person=person, may_go_outside=says_yes)
    change = open_draft_for(submission=submission, author=user)
    named = change.photos.get()
    named.people.clear()
    change.photos.update(nobody_recognisable=True)
    send_story(draft=change, author=user)
    assert Portrayal.objects.filter(person=person).exists() is not says_yes
    story = StoryPage.objects.get(pk=submission.story_id)
    assert bool(missing_consents(story, choice_for(story))) is not says_yes
