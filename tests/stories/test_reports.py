"""Reports: hidden until reviewed, settled fairly, and nobody learns who reported."""

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.models import PageLogEntry, PageViewRestriction, Revision

from base.models import PortalImage
from base.stamp import touch_content
from notifications.kinds import get_kind
from notifications.models import Message
from notifications.sending import send_due
from stories.models import PublicSnapshot, StoryEvent, StoryIndexPage, StoryPage, StoryPhoto, StoryReport, Submission
from stories.services import approve_story, open_draft_for, restore_story, send_story, withdraw_story
from stories.services.moving import NotAllowedError, StateError
from stories.services.pictures import held_collection
from stories.services.reporting import MOST_A_DAY, TooManyReportsError, report_story, settle_reports
from tests.factories import ImageFactory, StoryFactory, UserFactory
from tests.stories.test_concurrency import all_at_once, draft_of, world  # noqa: F401 - a fixture

State, Reason = Submission.State, StoryReport.Reason
SECRET = "Kanarieklikker"


@pytest.fixture
def reporter(make_user):
    """Somebody whose name must turn up nowhere."""
    return make_user(first_name=SECRET, last_name="Geheim", email="kanarieklikker@example.com")


@pytest.fixture
def live(user, write, moderator):
    """``live(photo=True)``: a published story; gives its submission."""

    def make(*, photo=False, author=None, **values):
        author = author or user
        draft = write(author, **values)
        if photo:
            image = ImageFactory(collection=held_collection(), uploaded_by_user=author)
            draft.photos.create(image=image, alt_text="Een put", caption="De put", nobody_recognisable=True)
        return approve_story(submission=send_story(draft=draft, author=author), moderator=moderator)

    return make


def page_of(submission) -> StoryPage:
    return StoryPage.objects.get(pk=submission.story_id)


def told(person, kind) -> list[Message]:
    return list(Message.objects.filter(recipient=person, kind=kind))


def content_of(message: Message, language="nl"):
    with translation.override(language):
        return get_kind(message.kind).resolve(message.payload, message.recipient)


def fill(**values):
    return {"target": "story", "reason": "wrong", "comment": "Dit klopt niet"} | values


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_reader_reports_a_story_and_reads_what_was_reported(live, reporter, as_user, language):
    page = page_of(live())
    url = f"/{language}/stories/{page.pk}/report/"
    client = as_user(reporter)
    assert client.get(url).status_code == 200
    response = client.post(url, fill())
    made = StoryReport.objects.get()
    assert response["Location"] == f"/{language}/stories/reports/own/{made.pk}/"
    assert client.get(response["Location"]).status_code == 200
    assert (made.reporter, made.reason, made.comment) == (reporter, "wrong", "Dit klopt niet")
    shown = client.get(url).content.decode()
    assert response["Location"] in shown
    assert 'name="reason"' not in shown


def test_the_story_page_leads_to_it(live, reporter, as_user):
    page = page_of(live())
    english = page.aliases.get()
    for shown in (page, english):
        links = BeautifulSoup(as_user(reporter).get(shown.url).content, "html.parser").select("a[href*='/report/']")
        assert len(links) == 1
        assert as_user(reporter).get(links[0]["href"]).status_code == 200


def test_reporting_the_english_page_reports_the_story(live, reporter, as_user):
    submission = live()
    english = page_of(submission).aliases.get()
    as_user(reporter).post(f"/en/stories/{english.pk}/report/", fill())
    assert StoryReport.objects.get().story_id == submission.story_id


@pytest.mark.parametrize(
    "values",
    [{"reason": ""}, {"reason": "nonsense"}, {"target": "99999"}, {"target": ""}, {"comment": "x" * 1001}]
    + [{"reason": "other", "comment": "  "}],
)
def test_bad_input_is_told_beside_its_field_and_kept(live, reporter, as_user, values):
    page = page_of(live())
    response = as_user(reporter).post(reverse("stories:report", args=[page.pk]), fill(**values))
    assert response.status_code == 200
    assert "error-summary" in response.content.decode()
    assert not StoryReport.objects.exists()


def test_what_somebody_cant_see_cant_be_reported(live, reporter, as_user, send, user):
    submission = live()
    page = page_of(submission)
    waiting = send(user, title="Wacht nog")
    client = as_user(reporter)
    for pk in (waiting.story_id, page.pk + 999, page.get_parent().pk):
        assert client.get(reverse("stories:report", args=[pk])).status_code == 404
        assert client.post(reverse("stories:report", args=[pk]), fill()).status_code == 404
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    assert client.post(reverse("stories:report", args=[page.pk]), fill()).status_code == 404
    assert not StoryReport.objects.exists()


@pytest.mark.parametrize("photo", ["999999", "x", "-1"])
def test_a_photo_that_isnt_in_the_story_is_no_target(live, reporter, as_user, photo):
    page = page_of(live(photo=True))
    assert as_user(reporter).get(f"{reverse('stories:report', args=[page.pk])}?photo={photo}").status_code == 404


def test_ones_own_story_cant_be_reported(live, user, as_user):
    page = page_of(live())
    url = reverse("stories:report", args=[page.pk])
    shown = as_user(user).get(url)
    assert shown.status_code == 200
    assert 'name="reason"' not in shown.content.decode()
    as_user(user).post(url, fill())
    with pytest.raises(NotAllowedError):
        report_story(page=page, reporter=user, reason=Reason.ABUSE)
    assert not StoryReport.objects.exists()


def test_a_double_click_is_one_report(live, reporter):
    page = page_of(live())
    first = report_story(page=page, reporter=reporter, reason=Reason.ABUSE)
    assert report_story(page=page, reporter=reporter, reason=Reason.PRIVACY) == first
    assert StoryReport.objects.count() == 1
    assert page_of(first.story.submission).live


def test_three_people_hide_a_story_and_two_dont(live, make_user, as_user, user, moderator):
    submission = live()
    page = page_of(submission)
    english = page.aliases.get()
    copy = PublicSnapshot.objects.create(story=page, language="nl", title="x", text="x")
    for number in range(3):
        assert page_of(submission).live
        report_story(page=page, reporter=make_user(), reason=Reason.WRONG, comment=f"Nummer {number}")
    submission.refresh_from_db()
    assert submission.hidden_at is not None
    client = as_user(make_user())
    for gone in (page, english):
        assert client.get(gone.url).status_code == 404
    for path in ("/nl/verhalen/", "/en/stories/", "/nl/"):
        assert page.title not in client.get(path).content.decode()
    copy.refresh_from_db()
    assert copy.withdrawn_at is not None
    assert len(told(user, "story.hidden")) == 1
    assert content_of(told(user, "story.hidden")[0]) is not None
    # Once for the first report, once more for hiding it.
    assert len(told(moderator, "report.to_settle")) == 2
    assert submission.events.filter(kind=StoryEvent.Kind.HIDDEN).count() == 1


def test_privacy_hides_at_once(live, reporter):
    submission = live()
    report_story(page=page_of(submission), reporter=reporter, reason=Reason.PRIVACY)
    assert not page_of(submission).live


def test_an_editors_story_without_submission_is_hidden_too(user, reporter, trunk, as_user, moderator):
    story = StoryFactory(parent=trunk(StoryIndexPage), author=user, title="Van de redactie")
    report_story(page=story, reporter=reporter, reason=Reason.PRIVACY)
    submission = Submission.objects.get(story=story)
    assert not page_of(submission).live
    settle_reports(submission=submission, moderator=moderator, outcome="rejected", comment="Mag")
    assert page_of(submission).live
    assert as_user(reporter).get(story.url).status_code == 200


def test_a_reported_photo_alone_is_hidden(live, reporter, make_user, as_user):
    submission = live(photo=True)
    page = page_of(submission)
    image = page.photos.get().image
    response = as_user(reporter).post(
        f"{reverse('stories:report', args=[page.pk])}?photo={image.pk}",
        fill(target=str(image.pk), reason="privacy"),
    )
    assert response.status_code == 302
    client = as_user(make_user())
    html = client.get(page.url).content.decode()
    assert "photo-out" in html
    assert "De put" not in html
    assert client.get(PortalImage.objects.get(pk=image.pk).file.url).status_code == 403
    # The story itself can still be reported.
    assert 'name="reason"' in as_user(reporter).get(reverse("stories:report", args=[page.pk])).content.decode()


def test_rejected_reports_show_it_again_as_it_was(live, reporter, moderator, user, as_user):
    submission = live()
    before = page_of(submission)
    report_story(page=before, reporter=reporter, reason=Reason.PRIVACY)
    settle_reports(submission=submission, moderator=moderator, outcome="rejected", comment="Niets mis mee")
    after = page_of(submission)
    submission.refresh_from_db()
    assert (after.live, after.text, submission.hidden_at, submission.state) == (
        True,
        before.text,
        None,
        State.PUBLISHED,
    )
    assert after.aliases.get().live
    assert as_user(reporter).get(after.url).status_code == 200
    assert len(told(reporter, "report.settled")) == 1
    assert len(told(user, "story.report_settled")) == 1
    assert submission.upheld_report_at is None


def test_rejected_reports_leave_a_change_that_waits_in_the_queue(live, reporter, moderator, second_moderator, user):
    submission = live()
    draft = open_draft_for(submission=submission, author=user)
    draft.text = "Een volledig ander verhaal met woorden die nog niemand van ons gelezen heeft, van begin tot eind."
    draft.save()
    submission = send_story(draft=draft, author=user)
    report_story(page=page_of(submission), reporter=reporter, reason=Reason.PRIVACY)
    with pytest.raises(StateError):
        approve_story(submission=submission, moderator=second_moderator)
    settle_reports(submission=submission, moderator=moderator, outcome="rejected", comment="Mag")
    page = page_of(submission)
    assert page.live
    assert "volledig ander" not in page.text
    approve_story(submission=submission, moderator=second_moderator)
    assert "volledig ander" in page_of(submission).text


def test_upheld_it_stays_away_until_changed_and_approved(live, reporter, moderator, second_moderator, user):
    submission = live()
    report_story(page=page_of(submission), reporter=reporter, reason=Reason.PRIVACY)
    settle_reports(submission=submission, moderator=moderator, outcome="upheld", comment="Haal de naam eruit")
    submission.refresh_from_db()
    assert submission.state == State.CHANGES_ASKED
    assert submission.upheld_report_at is not None
    assert not page_of(submission).live
    assert "Haal de naam eruit" in content_of(told(user, "story.report_settled")[0]).text
    draft = open_draft_for(submission=submission, author=user)
    draft.text = "Zonder naam."
    draft.save()
    submission = send_story(draft=draft, author=user)
    assert submission.state == State.IN_REVIEW
    assert not page_of(submission).live
    approve_story(submission=submission, moderator=second_moderator)
    assert page_of(submission).live


def test_an_upheld_photo_leaves_the_story(live, reporter, moderator, user):
    submission = live(photo=True)
    page = page_of(submission)
    image = page.photos.get().image
    report_story(page=page, reporter=reporter, reason=Reason.ABUSE, image_pk=image.pk)
    settle_reports(submission=submission, moderator=moderator, outcome="upheld", comment="Uit", image_pk=image.pk)
    page = page_of(submission)
    submission.refresh_from_db()
    assert page.live
    assert not page.photos.exists()
    assert not StoryPhoto.objects.filter(image=image).exists()
    assert PortalImage.objects.get(pk=image.pk).hidden_at is not None
    assert submission.upheld_report_at is not None
    assert len(told(user, "story.report_settled")) == 1


def test_while_hidden_the_author_withdraws_but_neither_changes_nor_puts_back(live, reporter, user, moderator):
    submission = live()
    report_story(page=page_of(submission), reporter=reporter, reason=Reason.PRIVACY)
    with pytest.raises(StateError):
        open_draft_for(submission=submission, author=user)
    submission = withdraw_story(submission=submission, author=user)
    with pytest.raises(StateError):
        restore_story(submission=submission, author=user)
    settle_reports(submission=submission, moderator=moderator, outcome="rejected", comment="Mag")
    assert not page_of(submission).live


def test_an_editor_cant_publish_past_a_review_by_accident(live, reporter):
    submission = live()
    report_story(page=page_of(submission), reporter=reporter, reason=Reason.PRIVACY)
    page_of(submission).get_latest_revision().publish()
    page = page_of(submission)
    assert not page.live
    assert not page.aliases.get().live


@pytest.mark.parametrize("who", ["author", "reporter", "employee", "community"])
def test_who_may_not_settle_gets_404(live, make_user, as_user, who, user, moderator):
    submission = live()
    judge = make_user(groups=["Moderators"])
    report_story(page=page_of(submission), reporter=judge, reason=Reason.ABUSE)
    user.groups.set(judge.groups.all())
    person = {
        "author": user,
        "reporter": judge,
        "employee": make_user(),
        "community": make_user(groups=["Community managers"]),
    }[who]
    url = reverse("stories:report_settle", args=[submission.pk])
    assert as_user(person).post(url, {"outcome": "upheld", "comment": "x"}).status_code == 404
    assert StoryReport.objects.get().outcome == ""
    expected = 200 if who in ("author", "reporter") else 404
    assert as_user(person).get(reverse("stories:reports")).status_code == expected
    with pytest.raises(NotAllowedError):
        settle_reports(submission=submission, moderator=person, outcome="upheld", comment="x")


def test_the_second_moderator_is_told_what_happened(live, reporter, moderator, second_moderator, as_user):
    submission = live()
    report_story(page=page_of(submission), reporter=reporter, reason=Reason.ABUSE)
    url = reverse("stories:report_settle", args=[submission.pk])
    assert as_user(moderator).post(url, {"outcome": "rejected", "comment": "Mag"}).status_code == 302
    second = as_user(second_moderator).post(url, {"outcome": "upheld", "comment": "Mag niet"}, follow=True)
    assert moderator.get_full_name() in second.content.decode()
    assert StoryReport.objects.get().outcome == "rejected"
    assert len(told(reporter, "report.settled")) == 1


@pytest.mark.parametrize("values", [{"outcome": ""}, {"comment": " "}, {"outcome": "maybe"}])
def test_settling_asks_for_an_outcome_and_words(live, reporter, moderator, as_user, values):
    submission = live()
    report_story(page=page_of(submission), reporter=reporter, reason=Reason.ABUSE)
    answer = {"outcome": "upheld", "comment": "Omdat"} | values
    response = as_user(moderator).post(reverse("stories:report_settle", args=[submission.pk]), answer)
    assert "error-summary" in response.content.decode()
    assert StoryReport.objects.get().outcome == ""


@pytest.mark.parametrize("query", ["?photo=x", "?photo=999999"])
def test_reports_that_arent_there_are_404(live, reporter, moderator, as_user, query):
    submission = live()
    report_story(page=page_of(submission), reporter=reporter, reason=Reason.ABUSE)
    url = reverse("stories:report_settle", args=[submission.pk])
    assert as_user(moderator).get(url + query).status_code == 404
    assert as_user(moderator).get(reverse("stories:report_settle", args=[submission.pk + 999])).status_code == 404


def test_a_report_is_its_reporters_alone(live, reporter, user, moderator, make_user, as_user):
    made = report_story(page=page_of(live()), reporter=reporter, reason=Reason.ABUSE)
    url = reverse("stories:own_report", args=[made.pk])
    assert as_user(reporter).get(url).status_code == 200
    for other in (user, moderator, make_user(is_superuser=True)):
        assert as_user(other).get(url).status_code == 404


def test_after_a_no_the_same_story_isnt_reported_again_until_it_changes(live, reporter, moderator):
    submission = live()
    first = report_story(page=page_of(submission), reporter=reporter, reason=Reason.PRIVACY)
    settle_reports(submission=submission, moderator=moderator, outcome="rejected", comment="Mag")
    first.refresh_from_db()
    StoryPage.objects.filter(pk=submission.story_id).update(last_published_at=first.settled_at)
    assert report_story(page=page_of(submission), reporter=reporter, reason=Reason.PRIVACY) == first
    assert page_of(submission).live
    page_of(submission).save_revision().publish()
    assert report_story(page=page_of(submission), reporter=reporter, reason=Reason.WRONG) != first


def test_ten_reports_a_day_are_enough(user, reporter, trunk, as_user):
    stories = [StoryFactory(parent=trunk(StoryIndexPage), author=user) for _ in range(MOST_A_DAY + 1)]
    for story in stories[:-1]:
        report_story(page=story, reporter=reporter, reason=Reason.WRONG)
    with pytest.raises(TooManyReportsError):
        report_story(page=stories[-1], reporter=reporter, reason=Reason.WRONG)
    response = as_user(reporter).post(reverse("stories:report", args=[stories[-1].pk]), fill())
    assert response.status_code == 200
    assert "error-summary" in response.content.decode()
    assert StoryReport.objects.count() == MOST_A_DAY


def test_the_reporter_turns_up_nowhere(live, reporter, make_user, moderator, user, as_user, mailoutbox):
    admin = make_user(is_superuser=True)
    submission = live(photo=True)
    page = page_of(submission)
    image = page.photos.get().image
    client = as_user(reporter)
    url = reverse("stories:report", args=[page.pk])
    client.post(url, fill(reason="abuse", target=str(image.pk)))
    client.post(url, fill(reason="privacy", comment="Over mij"))
    assert StoryReport.objects.filter(reporter=reporter).count() == 2

    def look(person):
        client = as_user(person)
        paths = [
            reverse("stories:mine_story", args=[submission.pk]),
            reverse("stories:mine"),
            reverse("notifications:list"),
        ]
        if person in (moderator, admin):
            paths += [reverse("stories:reports"), reverse("stories:queue")]
            paths.append(reverse("stories:report_settle", args=[submission.pk]))
            paths.append(f"{reverse('stories:report_settle', args=[submission.pk])}?photo={image.pk}")
        if person == admin:
            paths += [reverse("wagtailadmin_pages:history", args=[page.pk])]
            paths += [reverse("wagtailadmin_pages:edit", args=[page.pk])]
        for path in paths:
            response = client.get(path)
            assert response.status_code in (200, 302, 404), path
            assert SECRET not in response.content.decode().title(), path
            assert "kanarieklikker" not in response.content.decode().lower(), path

    for person in (user, moderator, admin):
        look(person)
    settle_reports(submission=submission, moderator=moderator, outcome="upheld", comment="Uit", image_pk=image.pk)
    settle_reports(submission=submission, moderator=moderator, outcome="rejected", comment="Mag")
    for person in (user, moderator, admin):
        look(person)
    assert not PageLogEntry.objects.filter(user=reporter).exists()
    assert not Revision.objects.filter(user=reporter).exists()
    assert not StoryEvent.objects.filter(actor=reporter).exists()
    for message in Message.objects.exclude(recipient=reporter):
        for language in ("nl", "en"):
            said = content_of(message, language)
            assert said is None or "kanarieklikker" not in f"{said.title}{said.text}{said.url}".lower()
    latest = Message.objects.order_by("-due_at").first()
    send_due(now=latest.due_at)
    assert mailoutbox
    for mail in mailoutbox:
        if reporter.email not in mail.to:
            assert "kanarieklikker" not in f"{mail.subject}{mail.body}{mail.alternatives}".lower()


def test_the_list_costs_the_same_with_ten_times_as_many(live, make_user, moderator, as_user, trunk, user):
    client = as_user(moderator)
    url = reverse("stories:reports")

    def count() -> int:
        client.get(url)
        touch_content()
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    def add(number: int) -> None:
        for _ in range(number):
            story = StoryFactory(parent=trunk(StoryIndexPage), author=user)
            story.photos = [StoryPhoto(image=ImageFactory())]
            story.save_revision().publish()
            report_story(page=story, reporter=make_user(), reason=Reason.WRONG)
            report_story(page=story, reporter=make_user(), reason=Reason.WRONG, image_pk=story.photos.get().image_id)

    add(1)
    few = count()
    add(8)
    assert count() == few


def test_moderators_find_the_list_from_their_queue(live, reporter, moderator, as_user):
    report_story(page=page_of(live()), reporter=reporter, reason=Reason.ABUSE)
    page = BeautifulSoup(as_user(moderator).get(reverse("stories:queue")).content, "html.parser")
    link = page.select_one(f"a[href='{reverse('stories:reports')}']")
    assert link is not None
    assert "1" in link.get_text()


@pytest.mark.xdist_group("workers")
def test_three_reporters_at_once_hide_it_once(world):  # noqa: F811 - the fixture
    author = UserFactory()
    submission = approve_story(submission=send_story(draft=draft_of(author), author=author), moderator=world[0])
    page = page_of(submission)
    reporters = [UserFactory() for _ in range(3)]
    all_at_once([lambda p=person: report_story(page=page, reporter=p, reason=Reason.WRONG) for person in reporters])
    assert StoryReport.objects.filter(story=page).count() == 3
    assert submission.events.filter(kind=StoryEvent.Kind.HIDDEN).count() == 1
    assert len(told(author, "story.hidden")) == 1
    assert not page_of(submission).live
