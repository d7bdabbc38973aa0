"""What is asked about people in the picture and about reports, for pages that show them."""

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q
from django.utils.functional import cached_property

from base.models import PortalImage

from .models import Portrayal, StoryPage, StoryReport, Submission

GONE = (Submission.State.WITHDRAWN, Submission.State.DECLINED)
PER_PAGE = 20


def portrayals_of(person):
    """Every photo in a story that this person is recognisable on and that is or may be shown, newest first."""
    rows = Portrayal.objects.filter(person=person, settled_at__isnull=True).exclude(story__submission__state__in=GONE)
    return (
        rows.select_related("story__author", "story__submission", "image")
        .prefetch_related("image__renditions")
        .order_by("-pk")
    )


def hidden_photos_for(user):
    """Photos that somebody asked to leave out, for a moderator who may settle that, the oldest first."""
    rows = Portrayal.objects.filter(answer=Portrayal.Answer.HIDDEN, settled_at__isnull=True)
    rows = rows.exclude(story__submission__state__in=GONE).exclude(story__author=user).exclude(person=user)
    own = Portrayal.objects.filter(person=user).values("image")
    rows = rows.exclude(image__in=own).filter(story__submission__isnull=False)
    rows = rows.select_related("story__author", "story__submission", "person", "image")
    return rows.prefetch_related("image__renditions").order_by("answered_at", "pk")


@dataclass(frozen=True)
class ReportedThing:
    """A story, or one photo in it, with the open reports on it. It holds no name of who reported."""

    story: StoryPage
    submission: Submission
    image: PortalImage | None
    reports: list[StoryReport]
    count: int
    since: datetime
    may_settle: bool

    @cached_property
    def is_hidden(self) -> bool:
        """Whether it is out of view now."""
        return (self.submission.hidden_at if self.image is None else self.image.hidden_at) is not None

    @property
    def title(self) -> str:
        """The story's title, live or not."""
        return self.story.sent_title


def open_things():
    """Stories and photos with open reports: ``{"story", "image", "count", "since"}``, the oldest first."""
    rows = StoryReport.objects.filter(outcome=StoryReport.Outcome.OPEN).order_by()
    return rows.values("story", "image").annotate(count=Count("pk"), since=Min("created_at")).order_by("since", "story")


def count_to_settle(user) -> int:
    """How many stories and photos wait in the list of reports for this moderator."""
    return open_things().count() + hidden_photos_for(user).count()


def reported_things(user, number: str | None) -> Page:
    """A page of what was reported, as ``ReportedThing``; in a fixed number of queries."""
    page = Paginator(open_things(), PER_PAGE).get_page(number)
    groups = list(page.object_list)
    stories = {row["story"] for row in groups}
    submissions = Submission.objects.filter(story__in=stories).select_related("story__author", "story__locale")
    by_story = {submission.story_id: submission for submission in submissions}
    images = PortalImage.objects.filter(pk__in=[row["image"] for row in groups if row["image"]])
    by_pk = {image.pk: image for image in images.prefetch_related("renditions")}
    reports: dict[tuple, list[StoryReport]] = {}
    opened = Q(outcome=StoryReport.Outcome.OPEN, story__in=stories)
    for report in StoryReport.objects.filter(opened).order_by("created_at", "pk"):
        reports.setdefault((report.story_id, report.image_id), []).append(report)
    page.object_list = [
        _thing(row, by_story[row["story"]], by_pk.get(row["image"]), reports[row["story"], row["image"]], user)
        for row in groups
        if row["story"] in by_story and (row["story"], row["image"]) in reports
    ]
    return page


def _thing(row: dict, submission: Submission, image, reports: list[StoryReport], user) -> ReportedThing:
    own = submission.story.author_id == user.pk or user.pk in {report.reporter_id for report in reports}
    return ReportedThing(
        story=submission.story,
        submission=submission,
        image=image,
        reports=reports,
        count=row["count"],
        since=row["since"],
        may_settle=not own,
    )
