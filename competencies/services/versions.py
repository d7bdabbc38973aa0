"""What a profile asks at this moment, kept as it is now."""

import hashlib
import json
from uuid import UUID

from django.conf import settings

from people.models import User

from ..levels import Level
from ..models import CompetencyPage, CompetencyProfilePage, ProfileVersion
from ..reading import asked_by

LANGUAGES = [code for code, _name in settings.LANGUAGES]


class ProfileGone(LookupError):
    """No profile of this key that asks anything is there for this person."""


def content_now(user: User, profile_key: UUID) -> dict:
    """What this profile asks as this person may read it: see ``ProfileVersion.content``.

    Raises ``ProfileGone``. A fixed number of queries, whatever the number of competencies.
    """
    titles = in_their_own_words(CompetencyProfilePage.objects.visible_to(user).filter(translation_key=profile_key))
    pages: dict[UUID, dict[str, CompetencyPage]] = {}
    for page in CompetencyPage.objects.visible_to(user).select_related("locale").order_by("path"):
        pages.setdefault(page.translation_key, {})[page.locale.language_code] = page
    asked = asked_by([profile_key], {key: next(iter(own.values())) for key, own in pages.items()})[profile_key]
    if not titles or not asked:
        raise ProfileGone(profile_key)
    rows = []
    for row in asked:
        own = _written(pages[row.key])
        rows.append(
            {
                "competency": str(row.key),
                "level": int(row.level),
                "is_core": row.is_core,
                "title": {code: page.title for code, page in own.items()},
                "definition": {code: page.summary for code, page in own.items()},
                "indicators": {code: [page.indicators(level) for level in Level] for code, page in own.items()},
            }
        )
    return {"title": {code: page.title for code, page in titles.items()}, "rows": rows}


def keep_version(profile_key: UUID, content: dict) -> ProfileVersion:
    """The row that holds exactly this content; made where it isn't there yet."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    version, _made = ProfileVersion.objects.get_or_create(
        profile_key=profile_key, digest=digest, defaults={"content": content}
    )
    return version


def in_their_own_words(pages) -> dict:
    """Pages of one thing by their language; what only lends the words of another language is left out. One query."""
    return _written({page.locale.language_code: page for page in pages.select_related("locale").order_by("pk")})


def _written(own: dict) -> dict:
    """Without the pages that only lend the words of another language, unless that leaves nothing."""
    return {code: page for code, page in own.items() if page.alias_of_id is None} or own
