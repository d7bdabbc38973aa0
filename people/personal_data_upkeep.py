"""What somebody did in the admin, for them to take along: kept by Wagtail and other packages."""

from django.utils.translation import gettext_lazy as _
from wagtail.models import (
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageLogEntry,
    PageSubscription,
    Revision,
    TaskState,
    WorkflowState,
)
from wagtail_localize.models import SegmentOverride, StringTranslation

from base.models import AccessRequest, DocumentVersion, PortalDocument, PortalImage, PortalMedia

from .models import User
from .personal_data import Part, register

LABELS = {
    "files": _("files you uploaded"),
    "replaced": _("documents of which you replaced the file"),
    "pages": _("pages you made"),
    "versions": _("versions you saved"),
    "log": _("what you did in the admin"),
    "comments": _("comments on pages, in the editor"),
    "workflow": _("pages you handed in or judged"),
    "translations": _("pieces of text you translated"),
    "asked": _("access you asked for"),
    "what": _("what"),
    "title": _("title"),
    "at": _("when"),
    "reason": _("reason"),
    "day": _("day"),
    "text": _("text"),
    "follows": _("pages you follow in the admin"),
}


def collect_upkeep(person: User) -> dict:
    """Everything that Wagtail keeps with this person's name on it; one query each.

    Of what they did to an account it says that and when, not whose: that is another's.
    """
    files = [
        (model, model.objects.filter(uploaded_by_user=person)) for model in (PortalImage, PortalDocument, PortalMedia)
    ]
    log = [(row.action, row.timestamp, row.label) for row in PageLogEntry.objects.filter(user=person).order_by("pk")]
    others = ModelLogEntry.objects.filter(user=person).select_related("content_type").order_by("pk")
    log += [(row.action, row.timestamp, "" if row.content_type.model_class() is User else row.label) for row in others]
    comments = [
        (row.text, row.created_at) for model in (Comment, CommentReply) for row in model.objects.filter(user=person)
    ]
    return {
        "files": [
            {"what": str(model._meta.verbose_name), "title": title, "at": at}
            for model, rows in files
            for title, at in rows.order_by("pk").values_list("title", "created_at")
        ],
        "replaced": list(DocumentVersion.objects.filter(replaced_by=person).values_list("replaced_at", flat=True)),
        "pages": list(Page.objects.filter(owner=person).order_by("pk").values_list("title", flat=True)),
        "versions": [
            {"title": title, "at": at}
            for title, at in Revision.objects.filter(user=person).order_by("pk").values_list("object_str", "created_at")
        ],
        "log": [{"what": action, "at": at, "title": label} for action, at, label in log],
        "comments": [{"text": text, "at": at} for text, at in comments],
        "workflow": [
            *WorkflowState.objects.filter(requested_by=person).values_list("created_at", flat=True),
            *TaskState.objects.filter(finished_by=person).values_list("finished_at", flat=True),
        ],
        "translations": sum(
            model.objects.filter(last_translated_by=person).count() for model in (StringTranslation, SegmentOverride)
        ),
        "follows": PageSubscription.objects.filter(user=person).count(),
        "asked": [
            {"day": day, "reason": reason}
            for day, reason in AccessRequest.objects.filter(user=person).order_by("pk").values_list("day", "reason")
        ],
    }


register(Part("upkeep", _("What you did in the admin"), collect_upkeep, labels=LABELS))
