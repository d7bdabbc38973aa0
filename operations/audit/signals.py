"""Every change of who may do what, however it is made: each receiver writes one entry.

Signals, since these rows are changed by Wagtail's screens, by single sign-on and by commands, which share nothing else. What is
changed by ``QuerySet.update`` isn't heard; nothing in the portal changes permissions so.
"""

from django.contrib.auth.models import Group
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save, pre_delete, pre_save
from wagtail.models import (
    CollectionViewRestriction,
    GroupCollectionPermission,
    GroupPagePermission,
    PageViewRestriction,
)

from people.models import Team, User

from .models import AuditEntry
from .services import note

Action = AuditEntry.Action
ADDS, TAKES, EMPTIES = "post_add", "post_remove", "pre_clear"


def _changed(action: str, pks, stored: set) -> tuple[set, set] | None:
    """``(before, after)`` of a relation, from what it holds after the change, or before everything goes."""
    if action == ADDS and pks:
        return stored - pks, stored
    if action == TAKES and pks:
        return stored | pks, stored
    if action == EMPTIES:
        return stored, set()
    return None


def _group_names(pks) -> list[str]:
    return list(Group.objects.filter(pk__in=pks).values_list("name", flat=True))


def roles_changed(sender, instance, action, reverse, pk_set, **kwargs) -> None:
    """Somebody got or lost roles, from their own side or from the role's."""
    if action not in (ADDS, TAKES, EMPTIES):
        return
    if not reverse:
        found = _changed(action, pk_set, set(instance.groups.values_list("pk", flat=True)))
        if found:
            before, after = (_group_names(pks) for pks in found)
            note(Action.ROLES, colleague=instance.pk, before=before, after=after)
        return
    people = pk_set if action != EMPTIES else set(instance.user_set.values_list("pk", flat=True))
    for pk in sorted(people or ()):
        names = [[], [instance.name]]
        before, after = names if action == ADDS else names[::-1]
        note(Action.ROLES, colleague=pk, before=before, after=after)


def permissions_changed(sender, instance, action, reverse, pk_set, model, **kwargs) -> None:
    """A role, or a colleague by hand, got or lost permissions."""
    if reverse or action not in (ADDS, TAKES, EMPTIES):
        return
    manager = instance.permissions if isinstance(instance, Group) else instance.user_permissions
    found = _changed(action, pk_set, set(manager.values_list("pk", flat=True)))
    if not found:
        return
    before, after = (
        [
            f"{label}.{codename}"
            for label, codename in model.objects.filter(pk__in=pks).values_list("content_type__app_label", "codename")
        ]
        for pks in found
    )
    if isinstance(instance, Group):
        note(Action.GROUP, about=instance.name, before=before, after=after)
    else:
        note(Action.GROUP, colleague=instance.pk, before=before, after=after)


def leads_changed(sender, instance, action, reverse, pk_set, **kwargs) -> None:
    """Somebody leads a team from now on, or doesn't any more."""
    if reverse:
        for team in Team.objects.filter(pk__in=pk_set or ()):
            words = [[], [str(instance.pk)]]
            before, after = words if action == ADDS else words[::-1]
            if action in (ADDS, TAKES):
                note(Action.LEADS, about=team.name, before=before, after=after)
        return
    found = _changed(action, pk_set, set(instance.leads.values_list("pk", flat=True)))
    if found:
        before, after = ([str(pk) for pk in pks] for pks in found)
        note(Action.LEADS, about=instance.name, before=before, after=after)


def restriction_groups_changed(sender, instance, action, reverse, pk_set, **kwargs) -> None:
    """Other roles may read a page or see a collection."""
    if reverse or action not in (ADDS, TAKES, EMPTIES):
        return
    found = _changed(action, pk_set, set(instance.groups.values_list("pk", flat=True)))
    if found:
        before, after = (_group_names(pks) for pks in found)
        what, about = _restricted(instance)
        note(what, about=about, before=before, after=after)


def _restricted(restriction: Model) -> tuple[Action, str]:
    if isinstance(restriction, PageViewRestriction):
        return Action.WHO_READS, f"{restriction.page.title} ({restriction.page_id})"
    return Action.WHO_SEES, f"{restriction.collection.name} ({restriction.collection_id})"


def restriction_saved(sender, instance, created, **kwargs) -> None:
    """A page or a collection isn't open to everybody any more."""
    if created:
        what, about = _restricted(instance)
        note(what, about=about, before=["everybody"], after=[instance.restriction_type])


def restriction_deleted(sender, instance, **kwargs) -> None:
    """It is open to everybody again."""
    what, about = _restricted(instance)
    groups = list(instance.groups.values_list("name", flat=True))
    note(what, about=about, before=[instance.restriction_type, *groups], after=["everybody"])


def grant_saved(sender, instance, created, **kwargs) -> None:
    """A role may do something with pages or files."""
    if created:
        what, about, words = _granted(instance)
        note(what, about=about, after=[words])


def grant_deleted(sender, instance, **kwargs) -> None:
    """It may not any more."""
    what, about, words = _granted(instance)
    note(what, about=about, before=[words])


def _granted(grant: Model) -> tuple[Action, str, str]:
    if isinstance(grant, GroupPagePermission):
        return Action.PAGES, grant.group.name, f"{grant.permission.codename}: {grant.page.title} ({grant.page_id})"
    where = f"{grant.collection.name} ({grant.collection_id})"
    return Action.FILES, grant.group.name, f"{grant.permission.codename}: {where}"


def account_about_to_change(sender, instance, update_fields=None, raw=False, **kwargs) -> None:
    """Remembers what an account was, where this may change it."""
    watched = {"is_superuser", "is_active"}
    instance.was = None
    if raw or not instance.pk or (update_fields is not None and not watched & set(update_fields)):
        return
    instance.was = User.objects.filter(pk=instance.pk).values("is_superuser", "is_active").first()


def account_changed(sender, instance, created, raw=False, **kwargs) -> None:
    """Somebody became a superuser, or may sign in from now on, or not any more."""
    if raw:
        return
    was = getattr(instance, "was", None) or {"is_superuser": False, "is_active": instance.is_active}
    for field, action in (("is_superuser", Action.SUPERUSER), ("is_active", Action.ACCOUNT)):
        words = [["yes"] if value else ["no"] for value in (was[field], getattr(instance, field))]
        note(action, colleague=instance.pk, before=words[0], after=words[1])


def group_changed(sender, instance, created=False, **kwargs) -> None:
    """A role was made."""
    if created:
        note(Action.GROUP, about=instance.name, after=["made"])


def group_deleted(sender, instance, **kwargs) -> None:
    """A role is gone."""
    note(Action.GROUP, about=instance.name, before=["made"])


def connect() -> None:
    """Listen from here on."""
    m2m_changed.connect(roles_changed, sender=User.groups.through, dispatch_uid="audit_roles")
    for through in (Group.permissions.through, User.user_permissions.through):
        m2m_changed.connect(permissions_changed, sender=through, dispatch_uid=f"audit_{through.__name__}")
    m2m_changed.connect(leads_changed, sender=Team.leads.through, dispatch_uid="audit_leads")
    for model in (PageViewRestriction, CollectionViewRestriction):
        name = f"audit_{model.__name__}"
        m2m_changed.connect(restriction_groups_changed, sender=model.groups.through, dispatch_uid=name)
        post_save.connect(restriction_saved, sender=model, dispatch_uid=name)
        pre_delete.connect(restriction_deleted, sender=model, dispatch_uid=name)
    for model in (GroupPagePermission, GroupCollectionPermission):
        post_save.connect(grant_saved, sender=model, dispatch_uid=f"audit_{model.__name__}")
        post_delete.connect(grant_deleted, sender=model, dispatch_uid=f"audit_{model.__name__}")
    pre_save.connect(account_about_to_change, sender=User, dispatch_uid="audit_was")
    post_save.connect(account_changed, sender=User, dispatch_uid="audit_account")
    post_save.connect(group_changed, sender=Group, dispatch_uid="audit_group")
    pre_delete.connect(group_deleted, sender=Group, dispatch_uid="audit_group_gone")
