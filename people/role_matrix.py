"""The roles as they really are: read from the database, compared with what is declared."""

from collections import defaultdict
from dataclasses import dataclass

from django.contrib.auth.models import Group
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from .roles import ABILITIES, ROLES, Ability, role_label
from .services import pages_of_type


@dataclass(frozen=True)
class Grants:
    """What a group holds: ``app.codename`` everywhere, ``(tree path, codename)`` on pages, and on all files."""

    permissions: frozenset[str] = frozenset()
    pages: frozenset[tuple[str, str]] = frozenset()
    files: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Cell:
    """``state`` is "yes", "part" or "no"; ``differs`` where it isn't what was declared."""

    state: str
    differs: bool


def read_matrix() -> dict:
    """``{"columns": [{"name", "label", "description", "own", "people"}], "rows": [{"label", "cells"}], "extra": [...],
    "missing": [...]}``: ``extra`` names, per group, the permissions it holds that no declaration gives it; ``missing``
    are the roles without a group.
    """
    groups = sorted(
        Group.objects.prefetch_related("permissions__content_type", "user_set"),
        key=lambda group: (list(ROLES).index(group.name) if group.name in ROLES else len(ROLES), group.name),
    )
    held, declared = _held(), _declared()
    columns, extra = [], []
    for group in groups:
        role = ROLES.get(group.name)
        columns.append(
            {
                "name": group.name,
                "label": role_label(group.name),
                "description": role.description if role else "",
                "own": role is None,
                "people": sum(user.is_active for user in group.user_set.all()),
            }
        )
        if role and (names := _beyond(held[group.pk], declared[group.name])):
            extra.append({"label": role_label(group.name), "permissions": names})
    kinds = {kind: _paths(kind) for ability in ABILITIES.values() for kind in ability.pages}
    rows = [
        {
            "label": ability.label,
            "cells": [_cell(ability, held[group.pk], declared.get(group.name), kinds) for group in groups],
        }
        for ability in ABILITIES.values()
    ]
    present = {group.name for group in groups}
    missing = [role.label for role in ROLES.values() if role.name not in present]
    return {"columns": columns, "rows": rows, "extra": extra, "missing": missing}


def _cell(ability: Ability, held: Grants, declared: Grants | None, kinds: dict[str, list[str]]) -> Cell:
    state = _state(ability, held, kinds)
    return Cell(state, declared is not None and state != _state(ability, declared, kinds))


def _state(ability: Ability, grants: Grants, kinds: dict[str, list[str]]) -> str:
    """How much of an ability these grants amount to; a permission on a page holds for all below it."""
    checks = [name in grants.permissions for name in ability.permissions]
    checks += [name in grants.files for name in ability.files]
    for kind, codenames in ability.pages.items():
        for path in kinds[kind]:
            checks += [
                any(path.startswith(at) and held == codename for at, held in grants.pages) for codename in codenames
            ]
    if checks and all(checks):
        return "yes"
    return "part" if any(checks) else "no"


def _held() -> dict[int, Grants]:
    """Per group id what the database says."""
    found: dict[int, dict[str, set]] = defaultdict(lambda: {"permissions": set(), "pages": set(), "files": set()})
    rows = Group.permissions.through.objects.values_list(
        "group_id", "permission__content_type__app_label", "permission__codename"
    )
    for group_id, app_label, codename in rows:
        found[group_id]["permissions"].add(f"{app_label}.{codename}")
    for group_id, path, codename in GroupPagePermission.objects.values_list(
        "group_id", "page__path", "permission__codename"
    ):
        found[group_id]["pages"].add((path, codename))
    root = Collection.get_first_root_node()
    for group_id, app_label, codename in GroupCollectionPermission.objects.filter(collection=root).values_list(
        "group_id", "permission__content_type__app_label", "permission__codename"
    ):
        found[group_id]["files"].add(f"{app_label}.{codename}")
    grants = defaultdict(Grants)
    for group_id, parts in found.items():
        grants[group_id] = Grants(**{name: frozenset(values) for name, values in parts.items()})
    return grants


def _declared() -> dict[str, Grants]:
    """Per role name what ``people.roles`` says, on the pages there are now."""
    return {
        role.name: Grants(
            permissions=frozenset(role.permissions),
            pages=frozenset((path, codename) for kind, codename in role.pages for path in _paths(kind)),
            files=frozenset(role.files),
        )
        for role in ROLES.values()
    }


def _paths(kind: str) -> list[str]:
    return list(Page.objects.filter(pk__in=pages_of_type(kind)).values_list("path", flat=True))


def _beyond(held: Grants, declared: Grants) -> list[str]:
    pages = {codename for at, codename in held.pages - declared.pages}
    return sorted((held.permissions - declared.permissions) | (held.files - declared.files) | pages)
