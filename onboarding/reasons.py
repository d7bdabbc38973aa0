"""For whom a step or a path is, in words: why somebody has it."""

from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

from base.stamp import remembered
from people.models import Location, Team, User
from people.roles import role_label

from .plan.audience import Audience

LANGUAGES = {"nl": "Nederlands", "en": "English"}


def audience_words(audience: Audience) -> list[str]:
    """For whom it is, one sentence for each condition; empty for everybody.

    No query for what is for everybody; three for what has teams, locations or roles, once per content stamp.
    """
    if audience.is_everybody:
        return []
    names = remembered(
        f"onboarding-audience:{sorted(audience.teams)}:{sorted(audience.groups)}:{sorted(audience.locations)}",
        lambda: [
            list(model.objects.filter(pk__in=keys).order_by("name").values_list("name", flat=True))
            for model, keys in ((Team, audience.teams), (Group, audience.groups), (Location, audience.locations))
        ],
    )
    contracts = [str(User.ContractType(each).label) for each in User.ContractType.values if each in audience.contracts]
    words = []
    if audience.teams:
        words.append(_("It is for the team %(names)s.") % {"names": _either(names[0])})
    if audience.locations:
        words.append(_("It is for who works at %(names)s.") % {"names": _either(names[2])})
    if audience.groups:
        words.append(_("It is for the role %(names)s.") % {"names": _either([str(role_label(n)) for n in names[1]])})
    if contracts:
        words.append(_("It is for who has this contract: %(names)s.") % {"names": _either(contracts)})
    if audience.language:
        words.append(_("It is for who reads %(language)s.") % {"language": LANGUAGES[audience.language]})
    if audience.cohort:
        words.append(_("It is for the group %(cohort)s.") % {"cohort": audience.cohort})
    return words


def _either(names: list[str]) -> str:
    return _(" or ").join(names)
