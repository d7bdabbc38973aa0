"""What is asked about going outside."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet


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
        removed = photos.filter(snapshot=OuterRef("pk"), source__isnull=True)
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
