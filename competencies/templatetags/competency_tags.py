"""What templates ask of scores."""

from contextlib import nullcontext

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext, override, pgettext

from ..assessment_reading import AssessmentReading, Row, Score
from ..levels import level_in_words
from ..models import Rating

register = template.Library()


@register.simple_tag
def given(reading: AssessmentReading, row: Row) -> Score | None:
    """``{% given reading row as score %}``: what whoever looks gave this row; None for none yet."""
    return reading.score_of(row)


@register.simple_tag
def rating_words(rating: Rating) -> str | Promise:
    """A stored score in words; a dash where no level was chosen."""
    return level_in_words(rating.level) if rating.is_answer else "–"


@register.simple_tag
def can_words(language: str, is_own: bool) -> str:
    """What goes before what one can do, in the language of that text where it isn't the interface's (else empty)."""
    with override(language) if language else nullcontext():
        return pgettext("before what somebody can do", "You can") if is_own else gettext("They can")
