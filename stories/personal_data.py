"""What stories keep about somebody: what they wrote, sent and photographed, what became of it, and where they are shown."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from people.personal_data import OwnFile, Part, register

from .models import (
    CallInvitation,
    CallRefusal,
    DraftPhoto,
    ShareTipsAcknowledgement,
    StoryDraft,
    StoryEvent,
    StoryPage,
    StoryPhoto,
    Submission,
)

LABELS = {
    "stories": _("stories"),
    "title": _("title"),
    "text": _("story"),
    "language": _("language"),
    "state": _("state"),
    "submitted_at": _("sent on"),
    "decided_at": _("answered on"),
    "events": _("what happened"),
    "what": _("what"),
    "at": _("when"),
    "reason": _("reason"),
    "comment": _("comment"),
    "photos": _("photos"),
    "alt_text": _("what the photo shows"),
    "caption": _("caption"),
    "drafts": _("drafts"),
    "updated_at": _("changed on"),
    "shown_in_photos": _("photos that show you"),
    "answer": _("answer"),
    "may_go_outside": _("may be shown outside"),
    "answered_at": _("answered on"),
    "reports": _("what you reported"),
    "created_at": _("written on"),
    "outcome": _("outcome"),
    "asked_by_name": _("calls that asked for you by name"),
    "until": _("until"),
    "declined_calls": _("calls you said no to"),
    "named_in_drafts": _("photos in drafts of others that name you"),
    "tips_read": _("tips before sharing that you read"),
    "judged": _("what you did with stories of others"),
    "taken_up": _("stories you took up"),
    "not_yours_to_judge": _("stories that others are to judge"),
}
# Who reports, or would rather not be in a photo, stays unknown to the author; so does what they wrote.
_NAMELESS = {StoryEvent.Kind.HIDDEN, StoryEvent.Kind.SHOWN}


def collect(person) -> dict:
    """Everything of theirs, whether it is published or not; in a fixed number of queries.

    Of a photo somebody else put in a story it says that they are in one and what they answered, not which story: that may
    be closed to them.
    """
    stories = (
        StoryPage.objects.filter(author=person, alias_of=None)
        .select_related("locale", "latest_revision", "submission")
        .prefetch_related("photos", "submission__events")
        .order_by("pk")
    )
    return {
        "stories": [_story(page) for page in stories],
        "drafts": [
            {
                "title": draft.title,
                "text": draft.text,
                "language": draft.language,
                "updated_at": draft.updated_at,
                "photos": [_photo(photo) for photo in draft.photos.all()],
            }
            for draft in StoryDraft.objects.filter(author=person, sent_at=None)
            .prefetch_related("photos")
            .order_by("pk")
        ],
        "shown_in_photos": [
            {"answer": row.get_answer_display(), "answered_at": row.answered_at, "may_go_outside": row.may_go_outside}
            for row in person.portrayals.order_by("pk")
        ],
        "reports": [
            {
                "reason": row.get_reason_display(),
                "comment": row.comment,
                "created_at": row.created_at,
                "outcome": row.get_outcome_display(),
            }
            for row in person.story_reports.order_by("pk")
        ],
        "asked_by_name": [
            {"title": row.call.title, "until": row.call.ends_on}
            for row in CallInvitation.objects.filter(person=person).select_related("call").order_by("pk")
        ],
        "declined_calls": [row.declined_at for row in CallRefusal.objects.filter(person=person).order_by("pk")],
        "named_in_drafts": DraftPhoto.people.through.objects.filter(user=person).count(),
        "tips_read": list(ShareTipsAcknowledgement.objects.filter(user=person).values_list("created_at", flat=True)),
        # Whose story it was is theirs.
        "judged": [
            {"what": event.get_kind_display(), "at": event.created_at, "comment": event.comment}
            for event in StoryEvent.objects.filter(actor=person)
            .exclude(submission__story__author=person)
            .order_by("pk")
        ],
        "taken_up": list(Submission.objects.filter(claimed_by=person).values_list("claimed_at", flat=True)),
        "not_yours_to_judge": Submission.excluded_moderators.through.objects.filter(user=person).count(),
    }


def _story(page: StoryPage) -> dict:
    newest = page.latest_revision.content if page.latest_revision else {}
    submission = getattr(page, "submission", None)
    found = {
        "title": newest.get("title", page.title),
        "text": newest.get("text", page.text),
        "language": page.locale.language_code,
        "photos": [_photo(photo) for photo in page.photos.all()],
    }
    if submission is None:
        return found
    return {
        **found,
        "state": submission.get_state_display(),
        "submitted_at": submission.submitted_at,
        "decided_at": submission.decided_at,
        "events": [
            {
                "what": event.get_kind_display(),
                "at": event.created_at,
                "reason": event.get_reason_display(),
                "comment": "" if event.kind in _NAMELESS else event.comment,
            }
            for event in submission.events.all()
        ],
    }


def _photo(photo: StoryPhoto | DraftPhoto) -> dict:
    return {"alt_text": photo.alt_text, "caption": photo.caption}


def files(person) -> Iterable[OwnFile]:
    """The photos of their stories and drafts, each once."""
    published = StoryPhoto.objects.filter(page__author=person, page__alias_of=None)
    drafted = DraftPhoto.objects.filter(draft__author=person, draft__sent_at=None)
    images = {
        photo.image_id: photo.image for photos in (published, drafted) for photo in photos.select_related("image")
    }
    for image in images.values():
        yield OwnFile(image.file.name.rpartition("/")[2], image.file.name, image.file.storage)


register(Part("stories", _("Your stories"), collect, labels=LABELS, files=files))
