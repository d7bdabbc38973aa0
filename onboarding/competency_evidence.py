"""What somebody may put beside a goal: quizzes they passed, and steps that were confirmed or signed off.

Nobody else's doing is in it, and no answer either: only that it was done, and when.
"""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from competencies.evidence import Finished, Source, register

from .last_published import as_last_published
from .making_outlines import readable
from .models import StepPage, StepProgress
from .roles import Who


def passed_quizzes(user) -> list[Finished]:
    """The quizzes that this person passed, the last first; two queries, one more for pages that were unpublished."""
    rows = _done(user).filter(quiz_attempts__is_passed=True).distinct()
    return _finished(user, rows)


def confirmed_steps(user) -> list[Finished]:
    """The texts they confirmed and the steps of theirs that a colleague signed off; as ``passed_quizzes``."""
    confirming = StepPage.objects.filter(kind=StepPage.Kind.CONFIRM).values("translation_key")
    # Who waits for nobody any more is done by themselves; see ``services.signing_off.settle_unsigned``.
    signed_off = Q(submitted_at__isnull=False) & ~Q(completed_by=user)
    return _finished(user, _done(user).filter(Q(step_key__in=confirming) | signed_off))


def _done(user):
    rows = StepProgress.objects.done().filter(enrolment__user=user, assignee=Who.NEWCOMER)
    return rows.order_by("-completed_at", "-pk")


def _finished(user, rows) -> list[Finished]:
    """Those whose step is readable for the person, by what it is called in the active language."""
    done = list(rows.values_list("enrolment_id", "step_key", "completed_at"))
    pages = _pages(user, {key for _enrolment_id, key, _at in done})
    return [
        Finished(
            key=f"{enrolment_id}:{key}",
            title=pages[key].title,
            happened_on=timezone.localdate(at),
            url=(pages[key].get_url() or "") if pages[key].live else "",
        )
        for enrolment_id, key, at in done
        if key in pages
    ]


def _pages(user, keys: set[UUID]) -> dict[UUID, StepPage]:
    """The page of each step in the active language, or else in the other."""
    if not keys:
        return {}
    pages = readable(StepPage, user).filter(translation_key__in=keys).select_related("locale").defer_streamfields()
    found = sorted(pages, key=lambda page: (page.locale.language_code == get_language(), page.live, -page.pk))
    return {page.translation_key: page for page in as_last_published(found)}


register(Source("onboarding.quizzes", _("Quiz that you passed"), passed_quizzes))
register(Source("onboarding.steps", _("Step that was confirmed or signed off"), confirmed_steps))
