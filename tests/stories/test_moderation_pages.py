"""The moderators' queue and the page on which they read: who gets in, what stands there, what happens twice."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page

from stories.models import StoryEvent, StoryIndexPage, StoryPage, Submission
from stories.services import claim_story, withdraw_story
from tests.stories.ways import STATES, TEXT, Cast, page_of

State = Submission.State
QUEUE = "/nl/stories/review/"
ACTIONS = ("claim", "release", "approve", "edit", "difference", "changes", "decline", "read")


def review_url(submission: Submission, action: str = "") -> str:
    return f"{QUEUE}{submission.pk}/{action + '/' if action else ''}"


def soup(response, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def titles(response) -> list[str]:
    return [link.get_text() for link in soup(response).select(".row__title a")]


@pytest.mark.parametrize(
    ("groups", "status"),
    [([], 404), (["Editors"], 404), (["HR"], 404), (["Moderators"], 200), (["Community managers"], 200)],
)
def test_the_queue_is_for_who_judges(as_user, make_user, send, user, groups, status):
    send(user)
    client = as_user(make_user(groups=groups))
    assert client.get(QUEUE).status_code == status
    shown = client.get("/nl/verhalen/").content.decode()
    assert (QUEUE in shown) == (status == 200)


def test_a_visitor_signs_in_first(client, send, user):
    submission = send(user)
    for url in (QUEUE, review_url(submission), *(review_url(submission, action) for action in ACTIONS)):
        assert client.get(url).status_code == 302


ROLES = {
    "author": 404,
    "author who is moderator": 404,
    "author who is administrator": 404,
    "colleague": 404,
    "editor": 404,
    "community manager": 404,
    "community manager, passed on twice": 200,
    "moderator": 200,
    "administrator": 200,
}


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_one_story_is_for_who_judges_it(as_user, make_user, send, moderator, role):
    author = make_user(
        groups=["Moderators"] if role == "author who is moderator" else [],
        is_superuser=role == "author who is administrator",
    )
    submission = send(author)
    if role == "community manager, passed on twice":
        Submission.objects.update(escalation=2)
    groups = {"editor": ["Editors"], "moderator": ["Moderators"]}.get(role, [])
    groups = ["Community managers"] if role.startswith("community") else groups
    who = author if role.startswith("author") else make_user(groups=groups, is_superuser=role == "administrator")
    client = as_user(who)
    assert client.get(review_url(submission)).status_code == ROLES[role]
    for action in ACTIONS:
        answer = client.post(review_url(submission, action), {"reason": "", "comment": "", "title": ""})
        if ROLES[role] == 404:
            assert answer.status_code == 404
            assert list(submission.events.values_list("kind", flat=True)) == ["sent"]
            submission.refresh_from_db()
            assert (submission.state, submission.claimed_by) == (State.IN_REVIEW, None)
    if ROLES[role] == 200:
        submission.refresh_from_db()
        assert submission.state == State.PUBLISHED


def test_asking_for_a_page_changes_nothing(as_user, moderator, send, user):
    submission = send(user)
    client = as_user(moderator)
    for action in set(ACTIONS) - {"edit"}:
        assert client.get(review_url(submission, action)).status_code == 405
    client.get(review_url(submission, "edit"))
    client.get(review_url(submission))
    assert submission.events.count() == 1


def test_ones_own_stories_and_those_decided_before_are_not_in_ones_queue(
    as_user, make_user, moderator, second_moderator, send
):
    send(moderator, title="Eigen werk")
    STATES["appealed"](send, Cast(make_user(), moderator, second_moderator))
    client = as_user(moderator)
    assert titles(client.get(QUEUE)) == []
    client = as_user(second_moderator)
    assert sorted(titles(client.get(QUEUE))) == ["Een dag op de bouw", "Eigen werk"]


def test_a_row_says_what_a_moderator_needs_to_know(as_user, make_user, moderator, second_moderator, send):
    author = make_user(first_name="Noor", last_name="Aalders")
    submission = send(author, title="Mijn eerste nacht")
    claim_story(submission=submission, moderator=second_moderator)
    now = timezone.now()
    Submission.objects.update(submitted_at=now - timedelta(days=1), due_at=now - timedelta(hours=1), escalation=1)
    row = soup(as_user(make_user(groups=["Moderators"], locale="en")).get("/en/stories/review/")).select_one(".rows li")
    words = " ".join(row.get_text(" ").split())
    for part in ("Mijn eerste nacht", "Noor Aalders", "sent yesterday", "Late", "First story", "Nederlands"):
        assert part in words
    assert f"Taken up by {second_moderator.get_full_name()}" in words
    assert "Passed on to a second moderator" in words


def test_the_queue_is_narrowed(as_user, make_user, moderator, send):
    mine, late = send(make_user(), title="Van mij"), send(make_user(), title="Te laat")
    send(make_user(), title="Gewoon")
    claim_story(submission=mine, moderator=moderator)
    Submission.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=1))
    client = as_user(moderator)
    assert titles(client.get(QUEUE))[0] == "Te laat"
    assert titles(client.get(f"{QUEUE}?only=mine")) == ["Van mij"]
    assert sorted(titles(client.get(f"{QUEUE}?only=free"))) == ["Gewoon", "Te laat"]
    assert titles(client.get(f"{QUEUE}?only=late")) == ["Te laat"]
    for nonsense in ("only=x", "page=0", "page=x", "only=mine&only="):
        assert len(titles(client.get(f"{QUEUE}?{nonsense}"))) == 3


def test_a_story_that_is_out_is_read_along_with_in_a_list_of_its_own(as_user, user, moderator, second_moderator, send):
    submission = STATES["published, to read along"](send, Cast(user, moderator, second_moderator))
    client = as_user(moderator)
    assert soup(client.get(QUEUE)).select_one("#along") is not None
    assert client.post(review_url(submission, "read")).status_code == 302
    assert client.post(review_url(submission, "read")).status_code == 302
    submission.refresh_from_db()
    assert not submission.reads_after
    assert submission.events.filter(kind="approved").count() == 1
    assert soup(client.get(QUEUE)).select_one("#along") is None


def test_claiming_and_letting_go(as_user, moderator, second_moderator, send, user):
    submission = send(user)
    client = as_user(moderator)
    for _ in range(2):
        assert client.post(review_url(submission, "claim")).status_code == 302
    submission.refresh_from_db()
    assert submission.claimed_by == moderator
    client = as_user(second_moderator)
    answer = client.post(review_url(submission, "claim"), follow=True)
    assert moderator.get_full_name() in soup(answer).select_one(".toast--stays").get_text()
    submission.refresh_from_db()
    assert submission.claimed_by == moderator
    as_user(moderator).post(review_url(submission, "release"))
    submission.refresh_from_db()
    assert submission.claimed_by is None


@pytest.mark.parametrize(
    ("action", "data", "state"),
    [
        ("approve", {}, State.PUBLISHED),
        ("approve", {"comment": "Mooi!"}, State.PUBLISHED),
        ("changes", {"reason": "clarity", "comment": "Wat is een RI&E?"}, State.CHANGES_ASKED),
        ("decline", {"reason": "privacy", "comment": "Dit is van een klant."}, State.DECLINED),
        ("edit", {"title": "Een dag op de bouw", "text": TEXT + "."}, State.PUBLISHED),
        ("edit", {"title": "Anders", "text": TEXT}, State.AUTHOR_TO_AGREE),
    ],
)
def test_every_answer_is_given_once_and_the_second_moderator_hears_of_it(
    as_user, moderator, second_moderator, send, user, action, data, state
):
    submission = send(user, text=TEXT)
    answer = as_user(moderator).post(review_url(submission, action), data)
    assert (answer.status_code, answer["Location"]) == (302, QUEUE)
    submission.refresh_from_db()
    assert submission.state == state
    count = submission.events.count()
    answer = as_user(second_moderator).post(review_url(submission, "approve"), follow=True)
    assert moderator.get_full_name() in soup(answer).select_one(".toast--stays").get_text()
    assert submission.events.count() == count
    assert mail.outbox == [], "Wagtail's own mails lead to the admin; the outbox tells these people."


@pytest.mark.parametrize(
    ("action", "data", "wrong"),
    [
        ("changes", {"reason": "", "comment": "Wel woorden."}, "reason"),
        ("changes", {"reason": "clarity", "comment": "   "}, "comment"),
        ("decline", {"reason": "made-up", "comment": "Wel woorden."}, "reason"),
        ("decline", {"reason": "tone", "comment": ""}, "comment"),
        ("decline", {"reason": "tone", "comment": "x" * 2001}, "comment"),
        ("approve", {"comment": "x" * 2001}, "comment"),
        ("edit", {"title": "", "text": "Tekst blijft."}, "title"),
        ("edit", {"title": "x" * 300, "text": "Tekst blijft."}, "title"),
        ("edit", {"title": "Titel", "text": ""}, "text"),
        ("edit", {"title": "Titel", "text": "x" * 200_000}, "text"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    as_user, moderator, send, user, action, data, wrong
):
    submission = send(user)
    client = as_user(moderator)
    page = soup(client.post(review_url(submission, action), data), 422)
    assert client.get(page.select_one(".lang a[lang=en]")["href"]).status_code == 200
    field = page.select_one(f"form [name={wrong}][aria-invalid=true]")
    assert field is not None
    assert page.select_one(f"#{field['id']}_error") is not None
    assert page.title.string.startswith(("Fout:", "Error:"))
    form = field.find_parent("form")
    if text := form.select_one("textarea[name=comment]"):
        assert text.get_text().strip() == data.get("comment", "").strip()
    assert list(submission.events.values_list("kind", flat=True)) == ["sent"]
    fold = form.find_parent("details")
    assert fold is None or fold.has_attr("open")


@pytest.mark.parametrize("revision", ["x", "-1", "9" * 30])
def test_a_made_up_version_is_refused_without_an_error_page(as_user, moderator, send, user, revision):
    submission = send(user)
    answer = as_user(moderator).post(review_url(submission, "approve"), {"revision": revision})
    assert answer.status_code == 422


def test_words_that_came_after_reading_are_not_approved_unread(as_user, moderator, send, user):
    submission = send(user)
    page = soup(as_user(moderator).get(review_url(submission)))
    read = page.select_one("form[action$='/approve/'] [name=revision]")["value"]
    story = page_of(submission).get_latest_revision_as_object()
    story.text = "Heel iets anders."
    story.save_revision()
    answer = as_user(moderator).post(review_url(submission, "approve"), {"revision": read}, follow=True)
    assert soup(answer).select_one(".toast--stays") is not None
    assert not page_of(submission).live


def test_the_story_is_shown_as_readers_see_it_and_never_as_markup(as_user, moderator, send, user):
    submission = send(user, title="<b>Vet</b>", text="Het was **koud** <script>alert(1)</script>")
    for url in (review_url(submission), review_url(submission, "edit"), QUEUE):
        html = as_user(moderator).get(url).content.decode()
        assert "<script>alert" not in html
        assert "<b>Vet" not in html
    assert soup(as_user(moderator).get(review_url(submission))).select_one(".phone strong").get_text() == "koud"


def test_a_revised_story_shows_what_changed(as_user, make_user, moderator, second_moderator, send):
    submission = STATES["change in review"](send, Cast(make_user(), moderator, second_moderator))
    page = soup(as_user(moderator).get(review_url(submission)))
    assert "woord0" in page.select_one(".difference del").get_text()
    assert "anders0" in page.select_one(".difference ins").get_text()


def test_the_difference_follows_what_is_typed(as_user, moderator, send, user):
    submission = send(user, text=TEXT)
    client = as_user(moderator)
    small = {"title": "Een dag op de bouw", "text": TEXT + "!"}
    page = soup(client.post(review_url(submission, "difference"), small))
    assert page.select_one(".callout--ok") is not None
    page = soup(client.post(review_url(submission, "difference"), small | {"title": "Anders"}))
    assert page.select_one(".callout--sun") is not None
    page = soup(client.post(review_url(submission, "edit"), small | {"title": "Anders", "show": "1"}))
    assert page.select_one("#edits ins") is not None
    assert page.select_one("[name=title]")["value"] == "Anders"
    assert submission.events.count() == 1


def test_a_withdrawn_story_is_nobodys_to_read(as_user, moderator, send, user):
    submission = withdraw_story(submission=send(user, title="Kanarie", text="Kanarie in de tekst"), author=user)
    html = as_user(moderator).get(review_url(submission)).content.decode()
    assert "Kanarie" not in html
    assert QUEUE in html


def test_who_decided_before_reads_and_decides_no_more(as_user, make_user, moderator, second_moderator, send):
    submission = STATES["appealed"](send, Cast(make_user(), moderator, second_moderator))
    client = as_user(moderator)
    assert soup(client.get(review_url(submission))).select_one("#decide") is None
    assert client.post(review_url(submission, "approve")).status_code == 404
    assert soup(as_user(second_moderator).get(review_url(submission))).select_one("#decide") is not None


def test_every_state_has_a_page(as_user, make_user, moderator, second_moderator, send):
    for state, make in STATES.items():
        submission = make(send, Cast(make_user(), moderator, second_moderator))
        for client in (as_user(second_moderator),):
            assert client.get(review_url(submission)).status_code == 200, state


# Session, reader, content stamp, groups, bell, menu's number; count, rows, along, its count, counts and channels.
QUEUE_QUERIES = 12


def test_the_queue_costs_the_same_with_five_thousand_stories(as_user, make_user, moderator, send, trunk):
    client = as_user(moderator)
    for number in range(3):
        send(make_user(), title=f"Verhaal {number}")

    def count() -> int:
        client.get(QUEUE)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(QUEUE).status_code == 200
        return len(queries)

    few = count()
    add_stories(trunk(StoryIndexPage, "nl"), 5000, [make_user() for _ in range(10)])
    assert Submission.objects.count() == 5003
    assert count() == few
    assert few <= QUEUE_QUERIES + 4
    assert len(titles(client.get(f"{QUEUE}?page=250"))) == 20


def add_stories(channel: StoryIndexPage, number: int, authors: list) -> None:
    """So many stories in review, a row each and no more: what the queue reads, without what made them."""
    now = timezone.now()
    first = StoryPage.objects.filter(submission__isnull=False).first()
    kind, step = first.content_type, StoryPage.steplen
    pages = Page.objects.bulk_create(
        [
            Page(
                path=channel.path + StoryPage._int2str(n + 1000).rjust(step, "0"),
                depth=channel.depth + 1,
                title=f"Verhaal {n}",
                draft_title=f"Verhaal {n}",
                slug=f"veel-{n}",
                url_path=f"{channel.url_path}veel-{n}/",
                live=False,
                content_type=kind,
                locale=channel.locale,
            )
            for n in range(number)
        ],
        batch_size=500,
    )
    rows = [
        StoryPage(page_ptr=page, author=authors[n % len(authors)], text="Kort.", date=now)
        for n, page in enumerate(pages)
    ]
    fields = StoryPage._meta.local_concrete_fields
    table = StoryPage._base_manager
    table._insert(rows, fields=fields, using=connection.alias)
    Submission.objects.bulk_create(
        [Submission(story_id=page.pk, submitted_at=now, due_at=now + timedelta(days=2)) for page in pages],
        batch_size=500,
    )


def test_reading_a_story_costs_the_same_with_a_long_history(as_user, make_user, moderator, send):
    client = as_user(moderator)
    submission = send(make_user())
    client.get(review_url(submission))
    with CaptureQueriesContext(connection) as first:
        client.get(review_url(submission))
    for _ in range(30):
        StoryEvent.objects.create(submission=submission, kind="claimed", actor=make_user())
    # Newcomers make what is shared be rendered anew.
    client.get(review_url(submission))
    with CaptureQueriesContext(connection) as later:
        client.get(review_url(submission))
    assert len(later) == len(first)
    assert len(first) <= 24
