"""What is asked about going outside."""

from django.apps import apps
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from .judges import TO_COMMUNITY_MANAGERS, judges_as


class SnapshotQuerySet(QuerySet):
    """Reads over public copies."""

    def not_withdrawn(self):
        """Those that nobody has taken back (yet)."""
        return self.filter(withdrawn_at__isnull=True)

    def shown(self):
        """Those that may be seen right now, with their story and its submission.

        A copy is closed from the moment its story isn't live, is hidden or no longer released, or somebody in one of its
        pictures doesn't want to be in it, whoever made it so and whether or not they thought of the copy.
        """
        photos = apps.get_model("stories", "SnapshotPhoto").objects
        unwilling = (
            apps.get_model("stories", "Portrayal")
            .objects.filter(Q(answer="hidden") | Q(may_go_outside=False))
            .filter(
                story=OuterRef("story"),
                image__in=photos.filter(snapshot=OuterRef(OuterRef("pk"))).values("source"),
            )
        )
        removed = photos.filter(Q(source__isnull=True) | Q(source__hidden_at__isnull=False), snapshot=OuterRef("pk"))
        return (
            self.not_withdrawn()
            .filter(story__live=True, story__submission__hidden_at__isnull=True)
            .exclude(story__submission__release="internal")
            .exclude(story__submission__state__in=("withdrawn", "declined"))
            .filter(~Exists(unwilling), ~Exists(removed))
            .select_related("story__submission")
        )

    def to_take_back(self):
        """Those that can't be seen any more but were never withdrawn: an editor unpublished or deleted the story."""
        return self.not_withdrawn().exclude(pk__in=self.model.objects.shown().values("pk"))


def releases_for(user):
    """Sent stories that wait to go outside or are there, for a moderator's list: never their own; first who waits.

    Each with ``missing``, how many people in its pictures haven't said yes.
    """
    submissions = apps.get_model("stories", "Submission").objects
    left_out = apps.get_model("stories", "SharingChoice").left_out.through.objects.filter(
        sharingchoice__story=OuterRef("story"), portalimage=OuterRef("image")
    )
    shown = apps.get_model("stories", "StoryPhoto").objects.filter(page=OuterRef("story"), image=OuterRef("image"))
    hidden = apps.get_model("stories", "Portrayal").objects.filter(
        story=OuterRef("story"), image=OuterRef("image"), answer="hidden"
    )
    unwilling = (
        apps.get_model("stories", "Portrayal")
        .objects.filter(story=OuterRef("story"), may_go_outside=False)
        .filter(Exists(shown) | Q(story__image=F("image")), ~Exists(left_out), ~Exists(hidden))
        .order_by()
        .values("story")
        .annotate(count=Count("person", distinct=True))
        .values("count")
    )
    rows = submissions.exclude(release="internal").exclude(story__author=user).exclude(excluded_moderators=user)
    if judges_as(user) != "all":
        rows = rows.filter(escalation__gte=TO_COMMUNITY_MANAGERS)
    return (
        rows.select_related("story__author", "story__sharing_choice", "story__locale")
        .annotate(missing=Coalesce(Subquery(unwilling), 0))
        .order_by("release", "story__sharing_choice__asked_at", "pk")
    )
