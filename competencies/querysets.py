"""What is asked about competencies and profiles."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from wagtail.models import PageManager, PageViewRestriction

from base.access import all_restrictions, without_paths
from base.models import BasePageQuerySet
from people.models import User


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


class AssessmentQuerySet(QuerySet):
    """Reads over assessments; each is about its own person and nobody else finds it by these."""

    def of(self, user):
        """Somebody's own, the newest first."""
        return self.filter(user=user).select_related("version")

    def running(self):
        """Begun and not finished."""
        return self.filter(finished_at__isnull=True)

    def finished(self):
        """Finished, the newest first."""
        return self.filter(finished_at__isnull=False).order_by("-finished_at", "-pk")


class SharingQuerySet(QuerySet):
    """Reads over what is shared."""

    def active(self):
        """Not taken back."""
        return self.filter(ended_at__isnull=True)

    def shown_to_person(self, assessment):
        """``(the sharing to show, the one with the outcome that counts)`` of the person's own assessment; None for none.

        Shown is the active one, or else what came of the latest. What two agreed on counts, whoever sees it now. One query.
        """
        rows = list(self.filter(assessment=assessment).select_related("assessor").order_by("-shared_at", "-pk"))
        agreed = sorted((row for row in rows if row.agreed_at), key=lambda row: row.agreed_at)
        outcome = agreed[-1] if agreed else None
        active = next((row for row in rows if row.ended_at is None), None)
        scored = next((row for row in rows if row.submitted_at), None)
        return active or outcome or scored, outcome

    def open_to(self, assessor):
        """What this colleague may see now: shared with them, not taken back, of somebody they lead still.

        Two queries at most for the teams they lead, before the one for these.
        """
        people = User.objects.led_by(assessor)
        return (
            self.active()
            .filter(assessor=assessor, assessor__is_active=True, assessment__user__in=people)
            .select_related("assessment__version", "assessment__user", "assessor")
        )
