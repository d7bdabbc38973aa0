"""What is looked for at night: links that lead nowhere, and files that nothing uses.

Only what is published is looked at, as it is stored. What was found before and is still so keeps its date; what was mended is
gone from the list the next morning. Addresses outside are asked only where ``CHECK_OUTSIDE_LINKS`` is on.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cached_property
from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import OpenerDirector, Request

from django.conf import settings
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex, Revision, get_page_models

from base.outward import outward_opener

from ..models import LinkProblem, UnusedFile
from ..reading.references import (
    DOCUMENT,
    HERE,
    OUTSIDE,
    PAGE,
    PICTURE,
    Reference,
    anchors_of,
    references_in_content,
    references_of,
)

logger = logging.getLogger(__name__)
UNUSED_FOR = timedelta(days=90)
OUTSIDE_SECONDS, OUTSIDE_AT_MOST = 5, 500
CHUNK = 200
Kind = LinkProblem.Kind
# Relations that say nothing about a file being used: its own copies, earlier files and what was read out of it.
OWN_PARTS = ("rendition", "tag", "uploadedfile", "documentversion", "documenttext")


class Targets:
    """What links may lead to, fetched once for all pages."""

    @cached_property
    def pages(self) -> dict[str, tuple[str, bool]]:
        """By id: the translation key, and whether it is published."""
        return {
            str(pk): (str(key), live) for pk, key, live in Page.objects.values_list("pk", "translation_key", "live")
        }

    @cached_property
    def live_keys(self) -> set[str]:
        """The texts that are published in at least one language."""
        return {key for key, live in self.pages.values() if live}

    @cached_property
    def files(self) -> dict[str, set[str]]:
        """The ids of documents and pictures whose file is there."""
        return {DOCUMENT: _with_file(get_document_model()), PICTURE: _with_file(get_image_model())}

    @cached_property
    def _anchors(self) -> dict[str, frozenset[str] | None]:
        return {}

    def has_place(self, pk: str, anchor: str) -> bool:
        """Whether the page has this place; also true where its places aren't known."""
        if pk not in self._anchors:
            page = Page.objects.filter(pk=pk).specific().first()
            self._anchors[pk] = anchors_of(page) if page else None
        places = self._anchors[pk]
        return places is None or anchor in places

    def problem_of(self, reference: Reference, page: Page) -> tuple[str, str] | None:
        """What is wrong with it, and where it leads; None where nothing is."""
        if reference.kind == HERE:
            return None if self.has_place(str(page.pk), reference.anchor) else (Kind.PLACE_GONE, f"#{reference.anchor}")
        if reference.kind == PAGE:
            return self._problem_of_page(reference)
        if reference.kind in (DOCUMENT, PICTURE) and reference.target not in self.files[reference.kind]:
            return (Kind.DOCUMENT_GONE if reference.kind == DOCUMENT else Kind.PICTURE_GONE), reference.target
        return None

    def _problem_of_page(self, reference: Reference) -> tuple[str, str] | None:
        if reference.target not in self.pages:
            return Kind.PAGE_GONE, reference.target
        key, live = self.pages[reference.target]
        if not live and key not in self.live_keys:
            return Kind.PAGE_HIDDEN, reference.target
        if reference.anchor and live and not self.has_place(reference.target, reference.anchor):
            return Kind.PLACE_GONE, f"{reference.target}#{reference.anchor}"
        return None


def _with_file(model: type[Model]) -> set[str]:
    storage = model._meta.get_field("file").storage
    found = set()
    for pk, name in model.objects.values_list("pk", "file").iterator(chunk_size=CHUNK):
        if name and storage.exists(name):
            found.add(str(pk))
    return found


def check_links_and_files(now: datetime) -> int:
    """Look through everything; returns how many broken links and unused files there are. Run again it finds the same."""
    targets, used = Targets(), {DOCUMENT: set(), PICTURE: set()}
    found: dict[tuple[int, str, str], str] = {}
    outside: dict[str, list[tuple[int, str]]] = {}
    for page in _published():
        for reference in references_of(page):
            if reference.kind in used:
                used[reference.kind].add(reference.target)
            if reference.kind == OUTSIDE:
                outside.setdefault(reference.target, []).append((page.pk, reference.words))
            elif (problem := targets.problem_of(reference, page)) is not None:
                found.setdefault((page.pk, problem[0], problem[1][:300]), reference.words)
    if settings.CHECK_OUTSIDE_LINKS:
        asked = _asked_tonight(sorted(outside), now)
        broken = set(unreachable(asked))
        known = _known_outside() if len(asked) < len(outside) else frozenset()
        for address, places in outside.items():
            for pk, words in places:
                key = (pk, Kind.OUTSIDE, address[:300])
                if address in broken or (address not in asked and key in known):
                    found.setdefault(key, words)
    return _keep_problems(found, now) + _keep_unused(used, now)


def _asked_tonight(addresses: list[str], now: datetime) -> list[str]:
    """At most so many, each night the next ones, so that all get their turn."""
    if len(addresses) <= OUTSIDE_AT_MOST:
        return addresses
    start = timezone.localdate(now).toordinal() * OUTSIDE_AT_MOST % len(addresses)
    return (addresses + addresses)[start : start + OUTSIDE_AT_MOST]


def _known_outside() -> frozenset[tuple[int, str, str]]:
    rows = LinkProblem.objects.filter(kind=Kind.OUTSIDE).values_list("page_id", "target")
    return frozenset((page, Kind.OUTSIDE, target) for page, target in rows)


def _published() -> Iterator[Page]:
    """Every live page with a text of its own; what stands in for another has the same."""
    for model in get_page_models():
        yield from model.objects.live().filter(alias_of__isnull=True).order_by("pk").iterator(chunk_size=CHUNK)


@transaction.atomic
def _keep_problems(found: dict[tuple[int, str, str], str], now: datetime) -> int:
    known = {(row.page_id, row.kind, row.target): row.pk for row in LinkProblem.objects.select_for_update()}
    LinkProblem.objects.filter(pk__in=[pk for key, pk in known.items() if key not in found]).delete()
    LinkProblem.objects.bulk_create(
        [
            LinkProblem(page_id=page, kind=kind, target=target, words=words, found_at=now)
            for (page, kind, target), words in found.items()
            if (page, kind, target) not in known
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    return len(found)


@transaction.atomic
def _keep_unused(used: dict[str, set[str]], now: datetime) -> int:
    """Write down since when each file is unused; a file that is used again starts anew. A file is as old as its upload."""
    _add_drafts(used)
    total = 0
    for kind, reference, model in (
        (UnusedFile.Kind.DOCUMENT, DOCUMENT, get_document_model()),
        (UnusedFile.Kind.PICTURE, PICTURE, get_image_model()),
    ):
        busy = used[reference] | _related(model) | _indexed(model)
        unused = {pk: title for pk, title in model.objects.values_list("pk", "title") if str(pk) not in busy}
        rows = UnusedFile.objects.filter(kind=kind)
        rows.exclude(file_id__in=unused).delete()
        known = set(rows.values_list("file_id", flat=True))
        UnusedFile.objects.bulk_create(
            [
                UnusedFile(kind=kind, file_id=pk, title=title, since=now)
                for pk, title in unused.items()
                if pk not in known
            ],
            ignore_conflicts=True,
        )
        total += rows.filter(since__lte=now - UNUSED_FOR).count()
    return total


def _add_drafts(used: dict[str, set[str]]) -> None:
    """What a draft that isn't published yet uses is used as well."""
    models = {model: model for model in get_page_models()}
    waiting = Page.objects.filter(has_unpublished_changes=True, latest_revision__isnull=False).values("latest_revision")
    for revision in Revision.objects.filter(pk__in=waiting).select_related("content_type").iterator(chunk_size=CHUNK):
        model = models.get(revision.content_type.model_class())
        for reference in references_in_content(model, revision.content) if model else ():
            if reference.kind in used:
                used[reference.kind].add(reference.target)


def _related(model: type[Model]) -> set[str]:
    """What some row points to, whatever app it is of."""
    found: set[str] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        name = relation.related_model._meta.model_name
        if any(part in name for part in OWN_PARTS):
            continue
        rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__isnull": False})
        found |= {str(pk) for pk in rows.values_list(relation.field.name, flat=True).distinct()}
    return found


def _indexed(model: type[Model]) -> set[str]:
    """What Wagtail's own index of references has, for texts of models that are no pages."""
    rows = ReferenceIndex.objects.filter(
        to_content_type__app_label=model._meta.app_label, to_content_type__model=model._meta.model_name
    )
    own = Q()
    for part in OWN_PARTS:
        own |= Q(base_content_type__model__contains=part)
    return set(rows.exclude(own).values_list("to_object_id", flat=True))


def unreachable(addresses: Iterable[str]) -> list[str]:
    """Those of these addresses that answer that they aren't there; one that doesn't answer in time may be back tomorrow."""
    opener = outward_opener()
    return [address for address in addresses if _is_gone(opener, address)]


def _is_gone(opener: OpenerDirector, address: str) -> bool:
    try:
        request = Request(address, method="HEAD", headers={"User-Agent": "portal-link-check"})  # noqa: S310 http(s) only, see references
        with opener.open(request, timeout=OUTSIDE_SECONDS):
            return False
    except HTTPError as error:
        # Some servers refuse HEAD or whoever isn't a browser; that says nothing about the page.
        return error.code in (404, 410)
    # HTTPException: an address with a port that is no number, a server that answers what isn't HTTP.
    except (URLError, OSError, ValueError, HTTPException) as error:
        logger.info("The address %s did not answer: %s", address, error)
        return False
