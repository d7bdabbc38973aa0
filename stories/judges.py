"""Who judges stories: moderators, and community managers once a story was passed on to them."""

from django.contrib.auth import get_user_model
from django.db.models import Q

from base.stamp import remembered

MODERATORS, COMMUNITY_MANAGERS = "Moderators", "Community managers"
# From this step on a story is the community managers' too; see ``Submission.escalation``.
TO_COMMUNITY_MANAGERS = 2


def judges_as(user) -> str:
    """``"all"`` for who may judge every story but their own, ``"passed_on"`` for who gets those that waited too long.

    Empty for everybody else. One query, remembered on the user object, which lives for one request.
    """
    if not user.is_authenticated or not user.is_active:
        return ""
    if user.is_superuser:
        return "all"
    if not hasattr(user, "_judges_as"):
        names = set(user.groups.filter(name__in=[MODERATORS, COMMUNITY_MANAGERS]).values_list("name", flat=True))
        user._judges_as = "all" if MODERATORS in names else "passed_on" if names else ""
    return user._judges_as


def judge_groups(escalation: int) -> list[str]:
    """The groups whose members judge a story that was passed on so often."""
    return [MODERATORS] + ([COMMUNITY_MANAGERS] if escalation >= TO_COMMUNITY_MANAGERS else [])


def known_judges() -> frozenset[int]:
    """The ids of all who judge, worked out once per content stamp: for showing them the way, never for letting them in."""
    return remembered("story-judges", _load_judges)


def _load_judges() -> frozenset[int]:
    people = get_user_model().objects.filter(is_active=True)
    judges = people.filter(Q(groups__name__in=[MODERATORS, COMMUNITY_MANAGERS]) | Q(is_superuser=True))
    return frozenset(judges.values_list("pk", flat=True))
