"""Why somebody has a step on their path, in words."""

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from base.stamp import remembered
from people.models import Team

from .outline import Step

LANGUAGES = {"nl": "Nederlands", "en": "English"}


def audience_words(step: Step) -> list[str]:
    """For whom the step is, one sentence for each condition; empty where it is for everybody on the path.

    No query for a step that is for everybody; two for one with teams and roles, once per content stamp.
    """
    audience = step.audience
    if audience.is_everybody:
        return []
    names = remembered(
        f"onboarding-audience:{sorted(audience.teams)}:{sorted(audience.groups)}",
        lambda: (
            list(Team.objects.filter(pk__in=audience.teams).order_by("name").values_list("name", flat=True)),
            list(Group.objects.filter(pk__in=audience.groups).order_by("name").values_list("name", flat=True)),
        ),
    )
    words = []
    if audience.teams:
        words.append(_("It is for the team %(names)s.") % {"names": _either(names[0])})
    if audience.groups:
        words.append(_("It is for the role %(names)s.") % {"names": _either(names[1])})
    if audience.language:
        words.append(_("It is for who reads %(language)s.") % {"language": LANGUAGES[audience.language]})
    if audience.cohort:
        words.append(_("It is for the group %(cohort)s.") % {"cohort": audience.cohort})
    return words


def _either(names: list[str]) -> str:
    return _(" or ").join(names)
