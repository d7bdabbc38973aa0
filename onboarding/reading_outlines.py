"""Paths as plain data, read from their pages: what every reader of one audience shares, made once per content stamp.

Which steps there are and in which order comes from one tree: that of the source language, or of the other one where the
path isn't there in the source language. The reader's language lends title, summary and address to each page that is
there in it. So the number of steps is the same in both languages, and a step that isn't translated yet is shown in the
other one.
"""

from uuid import UUID

from django.conf import settings
from wagtail.models import Page

from base.access import cache_key_for
from base.stamp import remembered

from .making_outlines import DRAFTS, OutlineMaker, readable, source_first
from .models import PathPage, StepPage
from .outline import Outline

GONE = "gone"


def path_outline(user, path_key: UUID, language: str) -> Outline | None:
    """The path as ``user`` may see it, in ``language``, for the plans of who is on it; None where it is gone or closed to them.

    With it comes what plans may still hold: a path that was unpublished, and steps that were unpublished or moved away
    (``is_removed``). ``Standing`` leaves out those that a plan hasn't. No query while the content stamp stays the same;
    nine or ten after it changed.
    """
    outline = remembered(
        f"onboarding-outline:{path_key}:{language}:{cache_key_for(user)}",
        lambda: _load_outline(user, path_key, language) or GONE,
    )
    return None if outline == GONE else outline


def published_outline(user, path_key: UUID, language: str) -> Outline | None:
    """``path_outline`` as it is published now: for who isn't on it, or is put on it; None for an unpublished path too."""
    outline = path_outline(user, path_key, language)
    return outline.published() if outline is not None else None


def own_outline(user, path_key: UUID, language: str) -> Outline | None:
    """``path_outline`` for the reader themselves: who hasn't started sees the first steps only."""
    return _for_reader(user, path_outline(user, path_key, language))


def _for_reader(user, outline: Outline | None) -> Outline | None:
    return outline.beginning() if outline is not None and user.is_preboarder else outline


def running_path(path_key: UUID) -> Outline | None:
    """The path in the source language as plans may hold it, whoever may read it; None where it is gone. As ``path_outline``."""
    outline = remembered(f"onboarding-running-path:{path_key}", lambda: fresh_running_path(path_key) or GONE)
    return None if outline == GONE else outline


def whole_path(path_key: UUID) -> Outline | None:
    """The path in the source language as it is published, whoever may read it: what plans are made from.

    None where it is gone or unpublished. Cached as ``path_outline`` is.
    """
    outline = running_path(path_key)
    return outline.published() if outline is not None else None


def fresh_running_path(path_key: UUID) -> Outline | None:
    """``running_path``, asked anew."""
    return _load_outline(None, path_key, settings.LANGUAGE_CODE)


def fresh_path(path_key: UUID) -> Outline | None:
    """``whole_path``, asked anew: for what is done while a page of it is being published, moved or deleted."""
    outline = fresh_running_path(path_key)
    return outline.published() if outline is not None else None


def draft_path(path_key: UUID, language: str) -> Outline | None:
    """The path with what isn't published yet, for who writes it; None where there is no such path."""
    return _load_outline(DRAFTS, path_key, language)


def outline_of_step(user, step_key: UUID, language: str) -> Outline | None:
    """The outline of the path that this step is on, as it is published and the reader sees it.

    None where it is on none that they may see.
    """
    try:
        path_key = remembered(
            f"onboarding-path-of-step:{step_key}:{cache_key_for(user)}", lambda: _find_path_key(user, step_key)
        )
    except StepPage.DoesNotExist:
        # Not remembered: keys come from addresses, and made-up ones must not fill the cache.
        return None
    outline = _for_reader(user, published_outline(user, path_key, language))
    return outline if outline and outline.step(step_key) else None


def _find_path_key(user, step_key: UUID) -> UUID:
    pages = StepPage.objects.visible_to(user).filter(translation_key=step_key).select_related("locale")
    for page in source_first(pages):
        path = PathPage.objects.visible_to(user).filter(path=page.path[: -2 * Page.steplen]).first()
        if path is not None:
            return path.translation_key
    raise StepPage.DoesNotExist(step_key)


def _load_outline(user, path_key: UUID, language: str) -> Outline | None:
    pages = readable(PathPage, user).filter(translation_key=path_key)
    paths = source_first(pages.select_related("locale", "alias_of__locale").defer_streamfields())
    return OutlineMaker(user, language).outline(paths) if paths else None
