"""Stories of the demo stand in every state, and each happened when it says it did."""

from datetime import date, timedelta
from statistics import median

import pytest
from django.utils import timezone

from conversations.models import Reaction
from demo.building.clock import clock_at, working_moment
from demo.building.errors import ContentError
from demo.building.people import demo_accounts
from demo.building.registry import key_of
from demo.building.seeding import seed_demo
from demo.building.story_deeds import StoryDeeds
from demo.models import Seeded
from notifications.models import Message
from notifications.sending import send_due
from people.models import User
from stories.models import (
    CallInvitation,
    Portrayal,
    PublicSnapshot,
    StoryCall,
    StoryDraft,
    StoryEvent,
    StoryIndexPage,
    StoryPage,
    StoryReport,
    StoryTheme,
    Submission,
)
from tests.demo.standing import TODAY

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("demo")]
State, Kind = Submission.State, StoryEvent.Kind


def person(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


def of(name: str):
    """This account's sent stories."""
    return Submission.objects.filter(story__author=person(name))


def test_there_is_a_story_in_every_state():
    assert set(Submission.objects.values_list("state", flat=True)) == set(State.values)


def test_the_newcomer_has_a_draft_halfway_and_a_story_to_change():
    draft = StoryDraft.objects.get(author=person("newcomer"), sent_at=None)
    assert draft.text and draft.call.title == "Het mooiste geluid van je werk"
    assert of("newcomer").get().state == State.CHANGES_ASKED


def test_the_employee_has_something_of_everything():
    states = list(of("employee").values_list("state", flat=True))
    assert set(states) >= {State.PUBLISHED, State.AUTHOR_TO_AGREE, State.IN_REVIEW, State.WITHDRAWN}
    [appeal] = of("employee").exclude(appealed_at=None)
    assert appeal.excluded_moderators.get() == person("moderator")
    [read_later] = of("employee").filter(reads_after=True)
    assert read_later.story.live


def test_moderators_have_a_queue_with_something_late_and_something_of_their_own():
    waiting = Submission.objects.filter(state=State.IN_REVIEW)
    assert waiting.count() >= 6
    assert waiting.filter(is_first_story=True).exists()
    assert waiting.exclude(claimed_by=None).exists()
    assert waiting.get(escalation=2).due_at < timezone.now()
    assert of("moderator").filter(state=State.IN_REVIEW).exists()


def test_people_in_pictures_were_told_and_some_did_not_answer_yet():
    for name in ("newcomer", "employee"):
        row = Portrayal.objects.get(person=person(name))
        assert row.answer == ""
        assert Message.objects.filter(recipient=row.person, kind="story.portrayed").exists()


def test_one_call_is_open_for_four_days_and_one_has_ended():
    calls = StoryCall.objects.filter(locale__language_code="nl")
    assert {(call.ends_on - TODAY).days for call in calls} == {4, -12}
    answers = {call.ends_on > TODAY: call.answers.live().filter(alias_of=None).count() for call in calls}
    assert answers == {True: 2, False: 2}


def test_there_are_five_themes_in_both_languages_and_every_story_has_one():
    assert StoryTheme.objects.exclude(name_en="").count() == 5
    assert not StoryPage.objects.filter(theme=None).exists()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_the_second_channel_is_read_after_publication_in_both_languages(language):
    channel = StoryIndexPage.objects.get(translation_key=key_of("channel/kort"), locale__language_code=language)
    assert (channel.moderation, channel.trusts_authors) == (StoryIndexPage.Moderation.AFTER, True)
    assert StoryPage.objects.live().child_of(channel).count() >= 3


def test_figures_have_enough_to_stand_on():
    decided = Submission.objects.filter(decided_at__isnull=False)
    assert decided.filter(state=State.PUBLISHED).count() >= 5
    hours = [(row.decided_at - row.submitted_at).total_seconds() / 3600 for row in decided]
    assert 0 < median(hours) < 24


def test_what_happened_has_the_moment_at_which_it_happened():
    now = timezone.now()
    for submission in Submission.objects.prefetch_related("events"):
        moments = [event.created_at for event in submission.events.all()]
        assert moments == sorted(moments)
        assert all(moment <= now for moment in moments)
        assert moments[0] == submission.submitted_at or submission.events.filter(kind=Kind.ANSWERED).exists()
    sent = Submission.objects.get(story__draft_title="Een potje zonder etiket")
    assert (TODAY - timezone.localdate(sent.submitted_at)).days >= 9
    assert sent.story.first_published_at is None


def test_every_account_has_something_new_on_the_bell_and_nobody_is_mailed():
    for email, _name, _role in demo_accounts():
        unseen = Message.objects.filter(recipient__email=email, seen_at=None).count()
        assert 1 <= unseen <= 3, email
    assert send_due() == 0
    assert not Message.objects.filter(mail=Message.Mail.WAITING).exists()


def test_photos_that_no_story_shows_yet_are_closed(as_user):
    held = StoryPage.objects.get(draft_title="Waarom ik om twaalf uur opsta").get_latest_revision_as_object()
    shown = StoryPage.objects.get(title="Met de fiets naar bron zeven", alias_of=None)
    assert {photo.image.collection.name for photo in held.photos.all()} == {"Photos not shown yet"}
    assert {photo.image.collection.name for photo in shown.photos.all()} == {"Photos in stories"}


def test_one_photo_is_hidden_one_story_is_reported_twice_and_one_hidden_for_privacy(as_user):
    [hidden] = Portrayal.objects.filter(answer="hidden")
    assert hidden.image.hidden_at and hidden.story.live
    reports = StoryReport.objects.filter(outcome="")
    twice = Submission.objects.get(story__title="Was het vroeger beter?", story__alias_of=None)
    assert (reports.filter(story=twice.story).count(), twice.hidden_at, twice.story.live) == (2, None, True)
    away = Submission.objects.exclude(hidden_at=None).get()
    assert away.story.draft_title == "De brief met de tekening"
    assert as_user(person("employee")).get(away.story.get_url()).status_code == 404


def test_one_story_is_outside_and_two_wait_for_release(client):
    assert Submission.objects.filter(release=Submission.Release.ASKED).count() == 2
    copy = PublicSnapshot.objects.get(withdrawn_at=None)
    response = client.get(f"/share/{copy.token}/")
    assert response.status_code == 200
    assert "Drie soorten koffiekopjes" in response.content.decode()
    assert "Pieter Dijkstra" in response.content.decode()


def test_published_stories_have_readers_and_reactions_and_one_is_used():
    for title in ("De nacht dat vierduizend kranen bleven lopen", "Taart voor de meldkamer"):
        story = StoryPage.objects.get(title=title, alias_of=None)
        assert story.reach.readers > 50
        assert Reaction.objects.filter(translation_key=story.translation_key).count() >= 4
    [used] = StoryEvent.objects.filter(kind=Kind.USED)
    assert used.submission.story.author == person("employee")


def test_colleagues_are_asked_by_name_for_the_open_call():
    asked = CallInvitation.objects.filter(person__in=[person("newcomer"), person("employee")])
    assert asked.count() == 2
    assert Message.objects.filter(kind="call.asked", recipient=person("newcomer")).exists()


def test_a_story_that_a_later_version_of_the_demo_adds_is_lived_beside_the_rest():
    StoryPage.objects.filter(draft_title="Plop").delete()
    StoryDraft.objects.filter(title="Plop").delete()
    Seeded.objects.filter(key="life/zestien-graden").delete()
    before = Submission.objects.count()
    seed_demo(today=TODAY)
    assert Submission.objects.count() == before + 1
    assert StoryPage.objects.filter(draft_title="Plop").exists()


def test_a_deed_that_nobody_can_do_is_named():
    with pytest.raises(ContentError, match="nobody can 'dance'"):
        StoryDeeds(None, {}).do({"key": "a"}, {"do": "dance"})


@pytest.mark.parametrize(
    ("today", "days_ago", "expected"),
    [
        (date(2026, 11, 18), 0, date(2026, 11, 18)),
        (date(2026, 11, 18), 3, date(2026, 11, 13)),
        (date(2026, 11, 16), 1, date(2026, 11, 13)),
        (date(2026, 11, 21), 0, date(2026, 11, 20)),
        (date(2026, 11, 22), 1, date(2026, 11, 19)),
        (date(2026, 11, 22), 10, date(2026, 11, 6)),
    ],
)
def test_moments_are_counted_in_working_days(today, days_ago, expected):
    with clock_at(timezone.now() + timedelta(days=400)):
        assert timezone.localdate(working_moment(today, days_ago, "10:00")) == expected


def test_no_moment_lies_ahead_and_the_clock_runs_on_afterwards():
    now = timezone.now()
    assert working_moment(now.date() + timedelta(days=30), 0, "10:00") <= timezone.now()
    with pytest.raises(RuntimeError), clock_at(now - timedelta(days=9)):
        assert timezone.now() == now - timedelta(days=9)
        raise RuntimeError
    assert timezone.now() >= now
