"""What is asked about feedback and about who follows what."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet

# Fewer than so many say too much about each.
FEWEST_VOTES = 5


class FeedbackQuerySet(QuerySet):
    """Reads over feedback; names are never among them."""

    def votes(self, key: UUID, edition: int, user) -> dict[bool, tuple[int, bool]]:
        """``{useful: (how many, whether user is one of them)}`` for one version of a text, in one query."""
        rows = self.filter(page_key=key, edition=edition).values("is_useful").order_by()
        rows = rows.annotate(total=Count("pk"), own=Count("pk", filter=Q(user=user)))
        return {row["is_useful"]: (row["total"], bool(row["own"])) for row in rows}

    def own(self, key: UUID, edition: int, user):
        """What this person said of this version, as a queryset of one row at most."""
        return self.filter(page_key=key, edition=edition, user=user)

    def with_words(self):
        """What somebody answers: with a comment."""
        return self.exclude(comment="")

    def of(self, user):
        """Somebody's own, the newest first."""
        return self.filter(user=user).order_by("-given_at", "-pk")


class FollowingQuerySet(QuerySet):
    """Reads over who follows what."""

    def of(self, user):
        """Somebody's own, the newest first."""
        return self.filter(user=user).order_by("-followed_at", "-pk")
