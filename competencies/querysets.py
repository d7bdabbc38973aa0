"""What is asked about competencies and profiles."""

from django.db.models import Case, IntegerField, Q, Value, When
from wagtail.models import PageManager, PageViewRestriction

from base.access import all_restrictions, without_paths
from base.models import BasePageQuerySet


class CompetencyQuerySet(BasePageQuerySet):
    """Reads over competencies and over profiles."""

    def open_inside(self):
        """Live pages that every colleague may read."""
        open_kinds = (PageViewRestriction.LOGIN, PageViewRestriction.NONE)
        closed = {path for rule in all_restrictions() if rule.kind not in open_kinds for path in rule.paths}
        return without_paths(self.live(), tuple(sorted(closed)))

    def open_to_anybody(self):
        """Profiles with an address outside: said so by an editor, and closed to no colleague."""
        return self.open_inside().filter(is_public=True)

    def for_reader(self, user, language: str):
        """What ``user`` may read in this language, in the order editors gave."""
        return self.visible_to(user).in_language(language).select_related("locale").order_by("path")

    def originals_first(self):
        """The page that was written before the one that stands in for it, Dutch before English."""
        place = Case(
            When(Q(alias_of__isnull=True, locale__language_code="nl"), then=Value(0)),
            When(alias_of__isnull=True, then=Value(1)),
            default=Value(2),
            output_field=IntegerField(),
        )
        return self.order_by("translation_key", place, "pk")


CompetencyManager = PageManager.from_queryset(CompetencyQuerySet)
