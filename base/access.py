"""The one access rule: which pages a reader may see.

A restriction on a page closes that page and everything below it, every translation and alias of those pages, and
everything below these: who may not read it in Dutch may not read it in English. Wagtail itself looks only upwards from
the page asked for, which lets translations made before the restriction slip through.
"""

import hashlib
from dataclasses import dataclass

from django.db.models import F, Q
from django.db.models.functions import Left
from django.db.models.lookups import In
from wagtail.models import Page, PageViewRestriction

from .stamp import content_stamp, remembered

MANY_PATHS = 50


@dataclass(frozen=True)
class Restriction:
    """One restriction with the tree paths it closes."""

    pk: int
    kind: str
    group_ids: frozenset[int]
    paths: tuple[str, ...]

    def met_by(self, user, group_ids: frozenset[int]) -> bool:
        """Whether this signed-in user may pass; shared passwords are switched off, so nobody passes those."""
        if user.is_superuser or self.kind in (PageViewRestriction.LOGIN, PageViewRestriction.NONE):
            return True
        return self.kind == PageViewRestriction.GROUPS and bool(self.group_ids & group_ids)


def all_restrictions() -> tuple[Restriction, ...]:
    """Every restriction, worked out once per content stamp."""
    return remembered("restrictions", _load_restrictions)


def _load_restrictions() -> tuple[Restriction, ...]:
    rows = PageViewRestriction.objects.select_related("page").prefetch_related("groups").order_by("pk")
    return tuple(
        Restriction(
            pk=row.pk,
            kind=row.restriction_type,
            group_ids=frozenset(group.pk for group in row.groups.all()),
            paths=_spread(row.page.path),
        )
        for row in rows
    )


def _spread(path: str) -> tuple[str, ...]:
    """The tree paths of the page at ``path`` and of all that shows the same content elsewhere in the tree."""
    paths = {path}
    # What is found may hold pages with twins of their own, so look until nothing new turns up.
    while True:
        inside = within_paths(Page.objects.all(), tuple(paths))
        twins = without_paths(
            Page.objects.filter(
                Q(translation_key__in=inside.values("translation_key")) | Q(alias_of__in=inside.values("pk"))
            ),
            tuple(paths),
        )
        found = set(twins.values_list("path", flat=True))
        if not found:
            return tuple(sorted(paths))
        paths |= {p for p in found if not any(p != other and p.startswith(other) for other in found)}


def _user_groups(user) -> frozenset[int]:
    # Remembered on the user object, which lives for one request; lists of people prefetch their groups.
    if not hasattr(user, "_group_ids"):
        user._group_ids = frozenset(group.pk for group in user.groups.all())
    return user._group_ids


def forget_groups(instance, **kwargs) -> None:
    """Ask anew for the groups of this user object after they changed; for a group, all its users' objects are others."""
    vars(instance).pop("_group_ids", None)


def failed_restrictions(user) -> tuple[Restriction, ...]:
    """The restrictions that this user doesn't meet; all of them for somebody not signed in."""
    restrictions = all_restrictions()
    if not restrictions or not user.is_authenticated or not user.is_active:
        return restrictions
    needs_groups = not user.is_superuser and any(r.kind == PageViewRestriction.GROUPS for r in restrictions)
    group_ids = _user_groups(user) if needs_groups else frozenset()
    return tuple(r for r in restrictions if not r.met_by(user, group_ids))


def closed_paths(user) -> tuple[str, ...]:
    """The tree paths closed to this user; a page is closed where its path starts with one of them."""
    return tuple(sorted({path for restriction in failed_restrictions(user) for path in restriction.paths}))


def audience_key(user) -> str:
    """The same text for all who may see the same pages: what is cached for one may be shown to the other."""
    if not user.is_authenticated:
        return "nobody"
    failed = ",".join(str(r.pk) for r in failed_restrictions(user))
    audience = hashlib.sha256(failed.encode()).hexdigest()[:16] if failed else "all"
    # Who hasn't started sees less around every page.
    return f"{audience}-before" if has_not_started(user) else audience


def has_not_started(user) -> bool:
    """Whether this reader has no work account yet, and so sees only what is open before the start."""
    return getattr(user, "is_preboarder", False)


def is_visible(page, user) -> bool:
    """True where ``page`` is live and open to ``user``."""
    return page.live and not any(page.path.startswith(path) for path in closed_paths(user))


def who_may_see(page, people) -> list:
    """Of these people (fetched with their groups) those to whom ``page`` is open; the restrictions are asked for once."""
    closing = [rule for rule in all_restrictions() if any(page.path.startswith(path) for path in rule.paths)]
    return [
        person
        for person in people
        if page.live and person.is_active and all(rule.met_by(person, _user_groups(person)) for rule in closing)
    ]


def _inside(paths: tuple[str, ...]) -> Q:
    if len(paths) <= MANY_PATHS:
        inside = Q()
        for path in paths:
            inside |= Q(path__startswith=path)
        return inside
    # One condition a depth instead of one a path: databases limit how deep conditions nest.
    lengths: dict[int, list[str]] = {}
    for path in paths:
        lengths.setdefault(len(path), []).append(path)
    inside = Q()
    for length, same_length in lengths.items():
        inside |= Q(In(Left(F("path"), length), same_length))
    return inside


def without_paths(pages, paths: tuple[str, ...]):
    """The queryset without the pages at or below these tree paths."""
    return pages.exclude(_inside(paths)) if paths else pages


def within_paths(pages, paths: tuple[str, ...]):
    """The queryset with only the pages at or below these tree paths."""
    return pages.filter(_inside(paths)) if paths else pages.none()


def visible_pages(user):
    """All pages, of every type, that this user may see."""
    return without_paths(Page.objects.live(), closed_paths(user))


def cache_key_for(user) -> str:
    """Content stamp and audience: the part of a cache key that makes shared content safe to share."""
    return f"{content_stamp()}:{audience_key(user)}"
