"""What authors see of their own stories, and what they do with them."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from conversations.services import add_reaction
from stories.models import ShareCount, StoryEvent, StoryPage, StoryReach, Submission
from stories.services import (
    approve_story,
    approve_with_edits,
    ask_changes,
    claim_story,
    decline_story,
    open_draft_for,
    restore_story,
    save_draft,
    send_story,
    withdraw_story,
)
from stories.services.deadlines import lapse_unanswered_edits

State = Submission.State
ACTIONS = ["agree", "refuse", "explain", "appeal", "restore", "withdraw"]


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def address(submission, name: str = "mine_story") -> str:
    return reverse(f"stories:{name}", args=[submission.pk])


def state_of(submission) -> str:
    return Submission.objects.get(pk=submission.pk).state


@pytest.fixture
def published(user, send, moderator):
    """A story of ``user`` that is out."""
    return approve_story(submission=send(user), moderator=moderator)


@pytest.fixture
def edited(user, send, moderator):
    """A story of ``user`` with edits to agree with."""
    return approve_with_edits(
        submission=send(user, text="Wij begonnen om zes uur in de kou."),
        moderator=moderator,
        title="Een koude dag op de bouw",
        text="Wij begonnen om zeven uur in de kou.",
    )


# The list --------------------------------------------------------------------------------


def test_somebody_who_wrote_nothing_is_invited(as_user, user):
    page = soup(as_user(user).get(reverse("stories:mine")))
    assert page.select_one(".empty")
    assert page.select("section") == page.select(".site-footer section")


def test_every_story_stands_in_its_group_with_your_turn_first(as_user, user, send, write, moderator):
    write(user, title="Nog niet af")
    send(user, title="Wordt gelezen")
    approve_story(submission=send(user, title="Staat er"), moderator=moderator)
    decline_story(submission=send(user, title="Niet geplaatst"), moderator=moderator, reason="tone", comment="Te fel.")
    withdraw_story(submission=send(user, title="Teruggetrokken"), author=user)
    ask_changes(submission=send(user, title="Jouw beurt"), moderator=moderator, reason="facts", comment="Klopt dit?")
    page = soup(as_user(user).get(reverse("stories:mine")))
    groups = {
        section["aria-labelledby"]: [row.get_text(strip=True) for row in section.select("h3")]
        for section in page.select("main section")
    }
    assert groups == {
        "turn": ["Jouw beurt"],
        "drafts": ["Nog niet af"],
        "waiting": ["Wordt gelezen"],
        "published": ["Staat er"],
        "declined": ["Niet geplaatst"],
        "withdrawn": ["Teruggetrokken"],
    }
    assert next(iter(groups)) == "turn"


def test_nobody_elses_stories_are_in_the_list(as_user, user, make_user, send, write):
    other = make_user()
    send(other, title="Kanarie")
    write(other, title="Kanarie twee")
    assert "Kanarie" not in as_user(user).get(reverse("stories:mine")).content.decode()


def test_the_list_says_who_reads_and_by_when(as_user, user, send, moderator):
    submission = claim_story(submission=send(user), moderator=moderator)
    text = soup(as_user(user).get(reverse("stories:mine"))).get_text(" ", strip=True)
    assert moderator.get_full_name() in text
    assert str(timezone.localtime(submission.due_at).year) in text


def test_the_list_costs_the_same_with_ten_times_the_stories(
    as_user, user, send, write, moderator, django_assert_max_num_queries
):
    client = as_user(user)

    def make(times: int) -> None:
        for _ in range(times):
            send(user)
            write(user)
            approve_story(submission=send(user), moderator=moderator)

    make(1)
    client.get(reverse("stories:mine"))
    with django_assert_max_num_queries(30) as first:
        client.get(reverse("stories:mine"))
    make(9)
    client.get(reverse("stories:mine"))
    with django_assert_max_num_queries(30) as second:
        client.get(reverse("stories:mine"))
    assert len(second) == len(first)


# One story -------------------------------------------------------------------------------


def test_strangers_find_nothing_at_somebodys_story(as_user, user, send, moderator, make_user):
    submission = send(user)
    for stranger in (moderator, make_user(), make_user(is_superuser=True)):
        client = as_user(stranger)
        unknown = reverse("stories:mine_story", args=[submission.pk + 1000])
        assert client.get(address(submission)).status_code == client.get(unknown).status_code == 404
        for name in ACTIONS:
            assert client.post(address(submission, name), {"comment": "nee"}).status_code == 404
    assert state_of(submission) == State.IN_REVIEW


@pytest.mark.parametrize("name", [name for name in ACTIONS if name != "withdraw"])
def test_reading_an_address_that_acts_changes_nothing(as_user, user, send, name):
    assert as_user(user).get(address(send(user), name)).status_code == 405


def test_the_timeline_tells_everything_in_order_and_cleans_what_was_typed(as_user, user, send, moderator):
    submission = claim_story(submission=send(user), moderator=moderator)
    ask_changes(
        submission=submission, moderator=moderator, reason="clarity", comment="Wat is een **RI&E**? <script>x</script>"
    )
    page = soup(as_user(user).get(address(submission)))
    route = page.select_one(".route")
    titles = [title.get_text(strip=True) for title in route.select(".route__title")]
    assert len(titles) == 4
    assert moderator.get_full_name() in titles[1]
    assert moderator.get_full_name() in titles[2]
    assert route.select_one("blockquote strong").get_text() == "RI&E"
    assert route.select("script") == []
    assert route.select_one("[aria-current=step]") == route.select("li")[-1]
    assert str(dict(StoryEvent.Reason.choices)["clarity"]) in route.get_text() or "anderen" in route.get_text()


@pytest.mark.parametrize("kind", [StoryEvent.Kind.HIDDEN, StoryEvent.Kind.SHOWN])
def test_who_had_it_hidden_stays_unknown(as_user, user, published, make_user, kind):
    reporter = make_user(first_name="Kanarie")
    StoryEvent.objects.create(submission=published, kind=kind, actor=reporter, comment="kanarie was hier")
    assert "anarie" not in as_user(user).get(address(published)).content.decode()


@pytest.mark.parametrize("kind", StoryEvent.Kind.values)
def test_every_kind_of_event_has_words(as_user, user, published, make_user, kind):
    for actor in (user, make_user(), None):
        StoryEvent.objects.create(submission=published, kind=kind, actor=actor)
    page = soup(as_user(user).get(address(published)))
    for title in page.select(".route__title"):
        assert title.get_text(strip=True)
        assert "%(" not in title.get_text()


# Agreeing --------------------------------------------------------------------------------


def test_the_edits_are_shown_as_what_went_and_what_came(as_user, user, edited):
    page = soup(as_user(user).get(address(edited)))
    box = page.select_one("section[aria-labelledby=edits]")
    gone, new = (" ".join(tag.get_text() for tag in box.select(name)) for name in ("del", "ins"))
    assert "zes" in gone
    assert "zeven" in new
    assert box.select("del .visually-hidden")
    assert box.select("ins .visually-hidden")
    assert page.select_one("section[aria-labelledby=text] .article").get_text(strip=True).endswith("zes uur in de kou.")


def test_agreeing_publishes_the_edits_once(as_user, user, edited):
    client = as_user(user)
    for _ in range(2):
        assert client.post(address(edited, "agree")).status_code == 302
    story = StoryPage.objects.get(pk=edited.story_id)
    assert (story.live, story.title) == (True, "Een koude dag op de bouw")
    assert edited.events.filter(kind=StoryEvent.Kind.AGREED).count() == 1
    assert soup(client.get(address(edited))).select(".toast--stays")


def test_not_agreeing_sends_the_authors_own_words_back_with_a_reason(as_user, user, edited):
    as_user(user).post(address(edited, "refuse"), {"comment": "Het was echt zes uur."})
    submission = Submission.objects.get(pk=edited.pk)
    assert submission.state == State.IN_REVIEW
    assert submission.story.get_latest_revision_as_object().text == "Wij begonnen om zes uur in de kou."
    assert submission.events.get(kind=StoryEvent.Kind.NOT_AGREED).comment == "Het was echt zes uur."


def test_edits_that_lapsed_can_not_be_agreed_with_any_more(as_user, user, edited):
    lapse_unanswered_edits(timezone.now() + timedelta(days=6))
    client = as_user(user)
    client.post(address(edited, "agree"))
    assert state_of(edited) == State.CHANGES_ASKED
    assert soup(client.get(address(edited))).select(".toast--stays")


# Answering -------------------------------------------------------------------------------


def test_a_question_is_answered_in_words_and_the_story_returns_as_it_stands(as_user, user, send, moderator):
    submission = ask_changes(submission=send(user), moderator=moderator, reason="facts", comment="Klopt dit?")
    client = as_user(user)
    for _ in range(2):
        client.post(address(submission, "explain"), {"comment": "Ja, ik was erbij."})
    submission = Submission.objects.get(pk=submission.pk)
    assert submission.state == State.IN_REVIEW
    assert submission.story.current_workflow_state.status == "in_progress"
    assert [event.comment for event in submission.events.filter(kind=StoryEvent.Kind.ANSWERED)] == ["Ja, ik was erbij."]
    assert approve_story(submission=submission, moderator=moderator).state == State.PUBLISHED


@pytest.mark.parametrize("words", ["", "   ", "x" * 2001])
def test_an_answer_that_can_not_be_sent_is_said_beside_its_field(as_user, user, send, moderator, words):
    submission = ask_changes(submission=send(user), moderator=moderator, reason="facts", comment="Klopt dit?")
    page = soup(as_user(user).post(address(submission, "explain"), {"comment": words}))
    field = page.select_one(".field--error")
    assert field.select_one("textarea")["aria-describedby"]
    assert field.textarea.get_text().strip() == words.strip()
    assert page.select_one(".error-summary a")["href"] == f"#{field.textarea['id']}"
    assert state_of(submission) == State.CHANGES_ASKED


def test_a_question_about_a_story_that_is_out_is_the_authors_turn(as_user, user, published, moderator):
    Submission.objects.filter(pk=published.pk).update(reads_after=True)
    ask_changes(submission=published, moderator=moderator, reason="facts", comment="Klopt dit?")
    client = as_user(user)
    assert soup(client.get(reverse("stories:mine"))).select_one("section[aria-labelledby=turn]")
    client.post(address(published, "explain"), {"comment": "Ja."})
    submission = Submission.objects.get(pk=published.pk)
    assert (submission.state, submission.reads_after) == (State.PUBLISHED, True)
    assert not soup(client.get(reverse("stories:mine"))).select_one("section[aria-labelledby=turn]")


def test_an_appeal_is_made_once_with_words(as_user, user, send, moderator, second_moderator):
    submission = decline_story(submission=send(user), moderator=moderator, reason="tone", comment="Te fel.")
    client = as_user(user)
    assert soup(client.post(address(submission, "appeal"), {"comment": ""})).select_one(".error-summary")
    client.post(address(submission, "appeal"), {"comment": "Het is eerlijk."})
    assert state_of(submission) == State.IN_REVIEW
    decline_story(
        submission=Submission.objects.get(pk=submission.pk), moderator=second_moderator, reason="tone", comment="Toch."
    )
    page = soup(client.get(address(submission)))
    assert address(submission, "appeal") not in [form["action"] for form in page.select("form[action]")]
    client.post(address(submission, "appeal"), {"comment": "Nog eens."})
    assert state_of(submission) == State.DECLINED


# Withdrawing and putting back ------------------------------------------------------------


def in_state(state: str, user, send, moderator) -> Submission:
    submission = send(user)
    if state == State.CHANGES_ASKED:
        return ask_changes(submission=submission, moderator=moderator, reason="facts", comment="Klopt dit?")
    if state == State.AUTHOR_TO_AGREE:
        return approve_with_edits(submission=submission, moderator=moderator, title="Heel anders", text="Heel anders.")
    if state == State.PUBLISHED:
        return approve_story(submission=submission, moderator=moderator)
    if state == State.DECLINED:
        return decline_story(submission=submission, moderator=moderator, reason="tone", comment="Te fel.")
    if state == State.WITHDRAWN:
        return withdraw_story(submission=submission, author=user)
    return submission


@pytest.mark.parametrize("state", State.values)
def test_a_story_is_withdrawn_from_every_state_after_a_question(as_user, user, send, moderator, state):
    submission = in_state(state, user, send, moderator)
    assert submission.state == state
    client = as_user(user)
    question = soup(client.get(address(submission, "withdraw")))
    assert state_of(submission) == state
    assert question.select_one("main form[method=post]")
    for _ in range(2):
        assert client.post(address(submission, "withdraw")).status_code == 302
    assert state_of(submission) == State.WITHDRAWN
    assert not StoryPage.objects.get(pk=submission.story_id).live
    assert soup(client.get(address(submission))).select_one("h1")


def test_a_withdrawn_story_is_put_back_within_thirty_days_and_not_after(as_user, user, published, time_machine):
    client = as_user(user)
    client.post(address(published, "withdraw"))
    assert address(published, "restore") in client.get(address(published)).content.decode()
    for _ in range(2):
        client.post(address(published, "restore"))
    assert StoryPage.objects.get(pk=published.story_id).live
    client.post(address(published, "withdraw"))
    time_machine.move_to(timezone.now() + timedelta(days=31))
    client = as_user(user)
    assert address(published, "restore") not in client.get(address(published)).content.decode()
    client.post(address(published, "restore"))
    assert not StoryPage.objects.get(pk=published.story_id).live


def test_what_was_declined_does_not_come_back_with_the_story(user, published, moderator):
    draft = open_draft_for(submission=published, author=user)
    draft = save_draft(author=user, key=draft.key, version=draft.version, values={"text": "Kanarie. " * 40})
    sent = send_story(draft=draft, author=user)
    decline_story(submission=sent, moderator=moderator, reason="tone", comment="Dit niet.")
    submission = withdraw_story(submission=sent, author=user)
    restore_story(submission=submission, author=user)
    assert "Kanarie" not in StoryPage.objects.get(pk=published.story_id).text


# What came of it -------------------------------------------------------------------------


def test_a_published_story_shows_what_came_of_it(as_user, user, published, make_user):
    StoryReach.objects.create(story=published.story, readers=12)
    ShareCount.objects.create(story=published.story, network="linkedin", count=3)
    ShareCount.objects.create(story=published.story, network="mail", count=1)
    for _ in range(2):
        add_reaction(user=make_user(), page=StoryPage.objects.get(pk=published.story_id), kind="thanks")
    facts = [dd.get_text(strip=True) for dd in soup(as_user(user).get(address(published))).select(".facts dd")]
    assert facts[0] == "12"
    assert facts[1] == "2"
    assert facts[4].startswith("4")


@pytest.mark.parametrize(("readers", "shown"), [(0, False), (4, False), (5, True)])
def test_fewer_than_five_readers_are_not_counted_out(as_user, user, published, readers, shown):
    StoryReach.objects.create(story=published.story, readers=readers)
    fact = soup(as_user(user).get(address(published))).select_one(".facts dd").get_text(strip=True)
    assert (fact == str(readers)) is shown


def test_the_author_sees_both_versions_while_a_change_is_read(as_user, user, published):
    draft = open_draft_for(submission=published, author=user)
    draft = save_draft(author=user, key=draft.key, version=draft.version, values={"text": "Heel andere woorden nu."})
    send_story(draft=draft, author=user)
    client = as_user(user)
    page = soup(client.get(address(published)))
    assert "Heel andere woorden nu." in page.select_one(".article").get_text()
    live = page.select_one("section[aria-labelledby=came-of-it] a")["href"]
    assert "Wat ik zag" in soup(client.get(live)).select_one(".article").get_text()


def test_the_page_of_one_story_asks_a_fixed_number_of_questions(
    as_user, user, published, django_assert_max_num_queries
):
    client = as_user(user)
    client.get(address(published))
    with django_assert_max_num_queries(40) as before:
        client.get(address(published))
    for _ in range(20):
        StoryEvent.objects.create(submission=published, kind=StoryEvent.Kind.CHANGED, actor=user, comment="x")
    with django_assert_max_num_queries(40) as after:
        client.get(address(published))
    assert len(after) == len(before)
