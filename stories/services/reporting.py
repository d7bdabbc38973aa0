"""Reports on a story or a photo in it. Who reported is written on the report alone and shown to nobody else."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.log_actions import LogContext
from wagtail.models import Page

from notifications.services import notify

from ..judges import judges_as
from ..models import StoryEvent, StoryPage, StoryReport, Submission
from .hiding import follow_photo, hide_story, is_enough, remove_photo, show_story, submission_for
from .moving import NotAllowedError, StateError, lock, moderators_for, move, record, tell_author
from .publishing import take_down
from .workflow import is_our_own_move, our_own_move, reject_task

State, Kind, Outcome = Submission.State, StoryEvent.Kind, StoryReport.Outcome
MOST_A_DAY = 10


class TooManyReportsError(Exception):
    """This person reported as often as one may in a day; the message says so."""


@dataclass(frozen=True)
class Target:
    """What reports are about: a story, or one photo in it."""

    submission: Submission
    image_pk: int | None

    @property
    def reports(self):
        """Every report on it, oldest first."""
        return StoryReport.objects.filter(story=self.submission.story_id, image=self.image_pk)

    @property
    def open_reports(self):
        """Those nobody has settled."""
        return self.reports.filter(outcome=Outcome.OPEN)


@transaction.atomic
def report_story(
    *,
    page: StoryPage,
    reporter,
    reason: str,
    comment: str = "",
    image_pk: int | None = None,
    now: datetime | None = None,
) -> StoryReport:
    """Report a story that ``reporter`` can see, or one photo in it.

    Three people, or one who says that it shows something private, take it from view until it is settled. Again by the
    same person gives the report they made before, unless the story was published anew since that was settled.
    Raises NotAllowedError for one's own story, TooManyReportsError past ten a day.
    """
    now = now or timezone.now()
    submission = lock(submission_for(page).pk)
    if submission.story.author_id == reporter.pk:
        raise NotAllowedError(_("This is your own story. You can change it or withdraw it yourself."))
    target = Target(submission, image_pk)
    if before := report_before(target, reporter):
        return before
    today = StoryReport.objects.filter(reporter=reporter, created_at__gt=now - timedelta(days=1))
    if today.count() >= MOST_A_DAY:
        raise TooManyReportsError(
            _("You reported %(count)s things today. Try again tomorrow, or call a moderator.") % {"count": MOST_A_DAY}
        )
    report = StoryReport.objects.create(
        story=submission.story, image_id=image_pk, reporter=reporter, reason=reason, comment=comment.strip()
    )
    hid = is_enough(target.open_reports) and _hide(target, now)
    _tell_moderators(target, hid=bool(hid))
    return report


def report_before(target: Target, reporter) -> StoryReport | None:
    """What this person reported about it before and still stands; None where they may report (again)."""
    last = target.reports.filter(reporter=reporter).order_by("-created_at", "-pk").first()
    if last is None or last.outcome == Outcome.OPEN:
        return last
    published = target.submission.story.last_published_at
    is_new = target.image_pk is None and published is not None and published > last.settled_at
    return None if is_new else last


def _hide(target: Target, now: datetime) -> StoryEvent | None:
    submission = target.submission
    if target.image_pk is None:
        event = hide_story(submission, now=now)
    elif follow_photo(target.image_pk, now=now):
        event = record(submission, Kind.HIDDEN, actor=None, reason=StoryEvent.Reason.PHOTO)
    else:
        event = None
    if event is not None:
        tell_author(submission, "story.hidden", event)
    return event


def _tell_moderators(target: Target, *, hid: bool) -> None:
    """Once for the first report on something, and once more when it is hidden."""
    rows = list(target.open_reports.order_by("pk").values_list("pk", "reporter"))
    if len(rows) > 1 and not hid:
        return
    reporters = {reporter for _pk, reporter in rows}
    key = f"report-{rows[0][0]}{'-hidden' if hid else ''}"
    payload = {"submission": target.submission.pk, "image": target.image_pk}
    for person in moderators_for(target.submission):
        if person.pk not in reporters:
            notify(recipient=person, kind="report.to_settle", key=key, payload=payload)


@transaction.atomic
def settle_reports(
    *,
    submission: Submission,
    moderator,
    outcome: str,
    comment: str = "",
    image_pk: int | None = None,
    now: datetime | None = None,
) -> list[StoryReport]:
    """Answer every open report on a story or photo: ``upheld`` or ``rejected``.

    Upheld, a story stays away until its author has changed it and a moderator approved that; a photo leaves the story.
    Both count against trust. Rejected, it is shown again. Author and reporters are told. Raises NotAllowedError for
    the author, for who reported it and for who is no moderator; StateError where a colleague settled it.
    """
    now = now or timezone.now()
    submission = lock(submission.pk)
    target = Target(submission, image_pk)
    reports = list(target.open_reports.select_related("reporter"))
    if not reports:
        raise StateError(what_was_settled(target))
    if not may_settle(submission, {report.reporter_id for report in reports}, moderator):
        raise NotAllowedError(_("You may not settle this."))
    target.open_reports.update(outcome=outcome, outcome_comment=comment.strip(), settled_by=moderator, settled_at=now)
    settle = _uphold if outcome == Outcome.UPHELD else _reject
    event = settle(target, moderator, comment.strip(), now)
    if event is not None:
        tell_author(submission, "story.report_settled", event)
    for report in reports:
        if report.reporter.is_active:
            notify(
                recipient=report.reporter,
                kind="report.settled",
                key=f"report-{report.pk}",
                payload={"report": report.pk},
            )
    return reports


def may_settle(submission: Submission, reporter_pks: set[int], user) -> bool:
    """Whether this person may settle reports: a moderator who neither wrote the story nor reported it."""
    return judges_as(user) == "all" and user.pk != submission.story.author_id and user.pk not in reporter_pks


def what_was_settled(target: Target) -> str:
    """For the moderator who came second."""
    last = target.reports.exclude(outcome=Outcome.OPEN).select_related("settled_by").order_by("-settled_at").first()
    if last is None:
        return _("There is no report on this.")
    who = last.settled_by.get_full_name() if last.settled_by else _("A colleague")
    return _("%(who)s settled this already: %(what)s.") % {"who": who, "what": last.get_outcome_display()}


def _uphold(target: Target, moderator, comment: str, now: datetime) -> StoryEvent:
    submission = target.submission
    submission.upheld_report_at = now
    if target.image_pk is not None:
        submission.save(update_fields=["upheld_report_at"])
        follow_photo(target.image_pk, now=now)
        remove_photo(submission=submission, image_pk=target.image_pk, actor=moderator)
        return record(submission, Kind.EDITED, actor=moderator, reason=StoryEvent.Reason.PHOTO, comment=comment)
    if submission.story.live:
        take_down(submission, user=moderator)
    submission.hidden_at, submission.hidden_pages, submission.reads_after = None, {}, False
    if submission.state in (State.WITHDRAWN, State.DECLINED):
        submission.save()
        return record(submission, Kind.HIDDEN, actor=moderator, comment=comment)
    if submission.state in (State.IN_REVIEW, State.AUTHOR_TO_AGREE):
        reject_task(submission, moderator, comment)
    return move(submission, State.CHANGES_ASKED, event=Kind.CHANGES_ASKED, actor=moderator, comment=comment)


def _reject(target: Target, moderator, comment: str, now: datetime) -> StoryEvent | None:
    # None where nothing was hidden: authors hear of reports that changed something, not of every single one.
    submission = target.submission
    if target.image_pk is None:
        return show_story(submission)
    if follow_photo(target.image_pk, now=now) is False:
        return record(submission, Kind.SHOWN, actor=None, reason=StoryEvent.Reason.PHOTO)
    return None


@transaction.atomic
def keep_hidden(*, page: Page) -> None:
    """An editor published a story that is hidden until reports on it are settled, or the translation of one that isn't
    out (withdrawn, declined, not read yet): it stays away.
    """
    if is_our_own_move() or not page.live:
        return
    sent = Submission.objects.filter(story__translation_key=page.translation_key).select_related("story").first()
    if sent is None or (sent.hidden_at is None and (sent.story.live or sent.story_id == page.pk)):
        return
    with LogContext(user=None), our_own_move():
        UnpublishPageAction(StoryPage.objects.get(pk=page.pk)).execute(skip_permission_checks=True)
