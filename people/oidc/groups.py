"""Which groups of the issuer are which roles here."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

logger = logging.getLogger(__name__)


def role_map(text: str) -> dict[str, set[str]]:
    """``"group=Role, other=Role"`` as ``{group: {roles}}``; semicolons separate where the names of groups have commas.

    Raises ImproperlyConfigured for a part that isn't ``group=role``.
    """
    found: dict[str, set[str]] = {}
    for part in filter(None, (part.strip() for part in text.split(";" if ";" in text else ","))):
        # Distinguished names have "=" in them, roles don't.
        group, _sign, role = (piece.strip() for piece in part.rpartition("="))
        if not group or not role:
            raise ImproperlyConfigured(f"OIDC_ROLES: {part!r} isn't written as group=role.")
        found.setdefault(group, set()).add(role)
    return found


def roles_for(groups: Iterable[str]) -> tuple[set[str], set[str]]:
    """``(roles these groups give, all roles that groups can give)``, by name; nothing else is the issuer's to say."""
    known = role_map(settings.OIDC_ROLES)
    given = {role for group in groups for role in known.get(group, ())}
    return given, {role for roles in known.values() for role in roles}


def groups_in(claims: dict) -> list[str] | None:
    """The groups of the claim ``OIDC_GROUPS_CLAIM``; none where it is missing, as some issuers send no empty list.

    None where that can't be known: Entra ID leaves them out for who is in more than 200 groups, and says so.
    """
    name = settings.OIDC_GROUPS_CLAIM
    value = claims.get(name)
    elsewhere = claims.get("_claim_names")
    if value is None and (claims.get("hasgroups") or (isinstance(elsewhere, dict) and name in elsewhere)):
        logger.warning("The issuer sent no groups because there are too many; roles stay as they are.")
        return None
    if isinstance(value, str):
        return [value]
    return [group for group in value if isinstance(group, str)] if isinstance(value, list) else []
