"""What is asked about manuals and chapters."""

from collections import Counter

from django.db.models import Count, Q, QuerySet, TextField
from django.db.models.functions import Cast, Substr
from wagtail.models import PageManager

from base.models import BasePage, BasePageQuerySet

STEP = BasePage.steplen


def paths_above(path: str) -> list[str]:
    """The tree paths of all ancestors, from the root down, without the page itself."""
    return [path[:end] for end in range(STEP, len(path), STEP)]


def around(pages: QuerySet, path: str) -> QuerySet:
    """Of these pages, all that the navigation of the page at ``path`` shows: one query for any size of tree.

    Its ancestors, the pages beside it and its own children, in reading order.
    """
    depth = len(path) // STEP
    shown = Q(path__in=paths_above(path))
    shown |= Q(path__startswith=path[:-STEP], depth=depth)
    shown |= Q(path__startswith=path, depth=depth + 1)
    return pages.filter(shown).order_by("path")


class GovernedQuerySet(BasePageQuerySet):
    """Reads over manuals and chapters."""

    def with_owner(self):
        """With owner, deputy, the owner's team and the team that answers, in the same query."""
        return self.select_related("owner_colleague__team", "deputy", "owning_team")

    def governing(self, path: str):
        """The page at ``path`` and those above it; the owner or the dates of the lowest that has them count."""
        return self.live().filter(path__in=[*paths_above(path), path]).defer("body").with_owner()

    def below(self, path: str, levels: int | None = None):
        """The chapters below the page at ``path``, in reading order; ``levels`` 1 is only its children."""
        depth = len(path) // STEP
        pages = self.filter(path__startswith=path, depth__gt=depth).order_by("path").select_related("locale")
        return pages if levels is None else pages.filter(depth__lte=depth + levels)

    def with_tips(self):
        """Those with a tip in their text."""
        return self.annotate(raw=Cast("body", TextField())).filter(raw__contains='"type": "tip"')

    def with_tips_for(self, situation: str):
        """Those that may have a tip for this situation: the text is only looked through, the tips tell for certain."""
        return self.with_tips().filter(raw__contains=f'"{situation}"').select_related("locale")


class ManualQuerySet(GovernedQuerySet):
    """Reads over manuals."""

    def for_handbook(self, user, language: str):
        """What ``user`` may read, in the order editors gave."""
        return self.visible_to(user).in_language(language).defer("body").with_owner().for_cards().order_by("path")


class ChapterQuerySet(GovernedQuerySet):
    """Reads over chapters."""

    def count_by_manual(self, depth: int) -> Counter:
        """How many chapters each manual has, by the tree path of the manual, which is ``depth`` levels deep."""
        rows = self.annotate(manual=Substr("path", 1, depth * STEP)).values("manual").annotate(n=Count("pk")).order_by()
        return Counter({row["manual"]: row["n"] for row in rows})


ManualManager = PageManager.from_queryset(ManualQuerySet)
ChapterManager = PageManager.from_queryset(ChapterQuerySet)
