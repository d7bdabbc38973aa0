"""Writes around people: the roles as groups with their permissions, and who has them by the issuer's groups."""

import logging
from collections.abc import Iterable

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.log_actions import log
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, WorkflowPage
from wagtail.users.models import UserProfile

from base.stamp import touch_content

from .models import User
from .oidc.groups import roles_for
from .roles import ROLES, Role

logger = logging.getLogger(__name__)
ROLES_FOLLOWED = "people.follow_groups"


@transaction.atomic
def create_roles() -> int:
    """Make the roles' groups and give them exactly what ``people.roles`` says; returns how many rows changed.

    Run again it changes nothing. Run it after a page tree in another language was made: page permissions hang on the
    pages of a type. Groups of the organisation's own are left alone.
    """
    changed = sum(_grant(Group.objects.get_or_create(name=role.name)[0], role) for role in ROLES.values())
    return changed + _drop_default_approval()


def _grant(group: Group, role: Role) -> int:
    wanted = {permission.pk for name in role.permissions if (permission := find_permission(name))}
    present = set(group.permissions.values_list("pk", flat=True))
    group.permissions.remove(*(present - wanted))
    group.permissions.add(*(wanted - present))
    return len(wanted ^ present) + _grant_pages(group, role) + _grant_files(group, role)


def _grant_pages(group: Group, role: Role) -> int:
    wanted = {
        (page_id, find_permission(f"wagtailcore.{codename}").pk)
        for kind, codename in role.pages
        for page_id in pages_of_type(kind)
    }
    rows = GroupPagePermission.objects.filter(group=group)
    present = {(row.page_id, row.permission_id): row.pk for row in rows}
    rows.filter(pk__in=[pk for key, pk in present.items() if key not in wanted]).delete()
    missing = wanted - present.keys()
    GroupPagePermission.objects.bulk_create(
        GroupPagePermission(group=group, page_id=page, permission_id=permission) for page, permission in missing
    )
    return len(wanted ^ present.keys())


def _grant_files(group: Group, role: Role) -> int:
    root = Collection.get_first_root_node()
    wanted = {(root.pk, find_permission(name).pk) for name in role.files}
    rows = GroupCollectionPermission.objects.filter(group=group)
    present = {(row.collection_id, row.permission_id): row.pk for row in rows}
    rows.filter(pk__in=[pk for key, pk in present.items() if key not in wanted]).delete()
    missing = wanted - present.keys()
    GroupCollectionPermission.objects.bulk_create(
        GroupCollectionPermission(group=group, collection_id=collection, permission_id=permission)
        for collection, permission in missing
    )
    return len(wanted ^ present.keys())


def _drop_default_approval() -> int:
    """Wagtail sends every page past its Moderators; here editors publish themselves and stories get their own way."""
    root = Page.get_first_root_node()
    rows = WorkflowPage.objects.filter(page=root, workflow__name="Moderators approval").select_related("workflow")
    workflows = [row.workflow for row in rows]
    for workflow in workflows:
        workflow.deactivate()
    return len(workflows)


def find_permission(name: str) -> Permission | None:
    """The permission ``app.codename``; None where that app isn't installed.

    Raises LookupError where the app is there and has no such permission.
    """
    app_label, codename = name.split(".")
    found = Permission.objects.filter(content_type__app_label=app_label, codename=codename).order_by("pk").first()
    if found is None and app_label in apps.app_configs:
        raise LookupError(name)
    return found


def pages_of_type(kind: str) -> list[int]:
    """The ids of all pages of type ``app.Model`` that are nobody's alias."""
    app_label, model = kind.lower().split(".")
    pages = Page.objects.filter(content_type__app_label=app_label, content_type__model=model, alias_of__isnull=True)
    return list(pages.values_list("pk", flat=True))


@transaction.atomic
def follow_preferences(*, user: User, fields: frozenset[str] | None = None) -> None:
    """The admin speaks the language and keeps the time that a colleague chose in the portal.

    ``fields`` are the ones being saved, None for all: signing in saves a date and costs nothing here.
    """
    if fields is not None and not {"locale", "time_zone"} & set(fields):
        return
    chosen = {"preferred_language": user.locale, "current_time_zone": user.time_zone}
    if not UserProfile.objects.filter(user=user).update(**chosen):
        UserProfile.objects.create(user=user, **chosen)


def follow_admin_preferences(*, profile: UserProfile) -> None:
    """And the other way round, for who changes them in the admin."""
    chosen = {"locale": profile.preferred_language, "time_zone": profile.current_time_zone}
    chosen = {name: value for name, value in chosen.items() if value}
    if chosen:
        User.objects.filter(pk=profile.user_id).update(**chosen)


# What signing in, a new password or one's own preferences write; colleagues see none of it.
PRIVATE_FIELDS = frozenset({"last_login", "password", "locale", "theme", "time_zone", "working_days", "hours_per_week"})


def show_new_profile(*, fields=None) -> None:
    """Names, faces and functions stand in rendered pages: render these anew, unless only private fields were saved.

    ``fields`` are the ``update_fields`` of the save, None for all.
    """
    if fields is None or not frozenset(fields) <= PRIVATE_FIELDS:
        touch_content()


@transaction.atomic
def apply_groups(*, person: User, groups: Iterable[str]) -> tuple[set[str], set[str]]:
    """Give ``person`` the roles of these groups of the issuer, and take those whose groups they are no longer in.

    Only roles that ``OIDC_ROLES`` names are touched: others were given here, and stay. Returns the names of the roles
    ``(given, taken)``; a change is logged, and repeating it changes nothing.
    """
    wanted, followed = roles_for(groups)
    known = {group.name: group for group in Group.objects.filter(name__in=followed)}
    if missing := sorted(followed - known.keys()):
        logger.error("OIDC_ROLES names roles that aren't there: %s", ", ".join(missing))
    present = set(person.groups.filter(name__in=followed).values_list("name", flat=True))
    given, taken = (wanted & known.keys()) - present, present - wanted
    if given or taken:
        person.groups.add(*(known[name] for name in given))
        person.groups.remove(*(known[name] for name in taken))
        log(instance=person, action=ROLES_FOLLOWED, data={"given": sorted(given), "taken": sorted(taken)})
        logger.info("Account %s: roles given %s, taken %s.", person.pk, sorted(given), sorted(taken))
    return given, taken
