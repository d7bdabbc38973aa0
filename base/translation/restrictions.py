"""View restrictions of a page and of its translations say the same.

``base.access`` closes every language as soon as one is closed. wagtail-localize copies restrictions to translations, and
once without the groups: left alone, a copy would stay closed for everybody after the original was opened again.
"""

from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from wagtail.models import PageViewRestriction


def _twins(restriction: PageViewRestriction) -> QuerySet[PageViewRestriction]:
    key = restriction.page.translation_key
    return PageViewRestriction.objects.filter(page__translation_key=key).exclude(pk=restriction.pk)


def adopt_groups(restriction: PageViewRestriction) -> None:
    """Give a restriction that was just made the groups of the one on the page in the other language, if there is one."""
    twin = _twins(restriction).first()
    if twin is not None and not restriction.groups.exists():
        restriction.groups.set(twin.groups.all())


def share_restriction(restriction: PageViewRestriction | Group) -> None:
    """Bring the restrictions on the translations in line with one that was changed."""
    if not isinstance(restriction, PageViewRestriction):
        return
    groups = set(restriction.groups.values_list("pk", flat=True))
    for twin in _twins(restriction):
        PageViewRestriction.objects.filter(pk=twin.pk).update(restriction_type=restriction.restriction_type)
        if set(twin.groups.values_list("pk", flat=True)) != groups:
            twin.groups.set(groups)


def lift_restriction(restriction: PageViewRestriction, origin: Model | QuerySet) -> None:
    """Lift the restrictions on the translations too; not where this one went because its page was deleted."""
    deleted = origin.model if isinstance(origin, QuerySet) else type(origin)
    if issubclass(deleted, PageViewRestriction):
        _twins(restriction).delete()
