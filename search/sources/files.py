"""Documents (PDF, Word) as they are found: by their title and by what is in them, a PDF page by page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail.models import Collection as FileCollection

from base.files import closed_collections
from base.models import PortalDocument

from ..document_texts import is_read, read_texts
from ..documents import Collection, Document, Passage, Scope, Section
from ..engine import get_engine
from ..highlight import Highlighter
from ..planner import Plan
from ..scope import works_here
from ..waiting import hidden_for_now
from . import Source, register
from .versions import clean, version_of

STEP = FileCollection.steplen
# Texts may be long: so many at a time.
CHUNK = 10


@dataclass(frozen=True)
class DocumentResult:
    """A document that was found; ``page`` is where in it, 0 where that can't be told."""

    pk: int
    title: SafeString
    url: str
    page: int
    snippet: SafeString
    language: str
    file_kind: str
    file_size: int | None


def _above(path: str, known: dict[str, int]) -> tuple[int, ...]:
    ends = range(STEP, len(path) + 1, STEP)
    return tuple(known[path[:end]] for end in ends if path[:end] in known)


def _collections() -> dict[str, int]:
    return dict(FileCollection.objects.order_by().values_list("path", "pk"))


def _version(title: str, key: str, above: tuple[int, ...], has_text: bool) -> int:
    # Without its text it differs from what is wanted, so that it is tried again.
    return version_of(title, key, above) & ~1 | has_text


def document_versions() -> dict[int, int]:
    """``{pk: version}`` of all that should be in the index."""
    known = _collections()
    rows = PortalDocument.objects.order_by().values_list("pk", "title", "file_hash", "file", "collection__path")
    return {
        pk: _version(title, file_hash or file, _above(path, known), True) for pk, title, file_hash, file, path in rows
    }


def documents_of(pks: Iterable[int]) -> Iterator[Document]:
    """Those of these that are there, with their text where it was read."""
    known = _collections()
    rows = PortalDocument.objects.filter(pk__in=list(pks)).select_related("collection", "found_text").order_by("pk")
    for document in rows.iterator(chunk_size=CHUNK):
        yield _document(document, _above(document.collection.path, known))


def _document(document: PortalDocument, above: tuple[int, ...]) -> Document:
    has_text = is_read(document)
    found = getattr(document, "found_text", None) if has_text else None
    key = document.file_hash or document.file.name
    name = PurePath(document.filename).stem
    return Document(
        pk=document.pk,
        language=found.language if found and found.language else settings.LANGUAGE_CODE[:2],
        title=clean(document.title),
        keywords=clean(name.replace("_", " ").replace("-", " ")),
        sections=tuple(
            Section(f"page={page}" if page else "", clean(heading), clean(text))
            for page, heading, text in (found.parts if found else ())
        ),
        version=_version(document.title, key, above, has_text),
        above=above,
        kind=document.file_extension.lower()[:20],
    )


def document_scope(user) -> Scope | None:
    """All but what is in a collection closed to ``user``, as the restrictions are at this moment.

    Who has yet to start opens the files of their own first steps there, and finds none here.
    """
    if not works_here(user):
        return None
    closed = closed_collections(user)
    return Scope(closed=frozenset(closed.values()), hidden=hidden_for_now(Collection.DOCUMENTS, lambda: _open(closed)))


def _open(paths: Iterable[str]):
    rows = PortalDocument.objects.order_by()
    for path in paths:
        rows = rows.exclude(collection__path__startswith=path)
    return rows


def document_results(pks: Sequence[int], plan: Plan, user) -> list[DocumentResult]:
    """The rows shown, after asking once more who may open them; two queries."""
    if not works_here(user):
        return []
    rows = _open(closed_collections(user)).filter(pk__in=list(pks)).select_related("found_text")
    found = {document.pk: document for document in rows.defer("found_text__parts")}
    kept = [pk for pk in pks if pk in found]
    passages = get_engine().passages(plan, kept, limit=1, collection=Collection.DOCUMENTS)
    return [_result(found[pk], plan, passages.get(pk, [])) for pk in kept]


def _result(document: PortalDocument, plan: Plan, passages: Sequence[Passage]) -> DocumentResult:
    text = getattr(document, "found_text", None)
    language = text.language if text and text.language else settings.LANGUAGE_CODE[:2]
    highlighter = Highlighter(plan, language)
    passage = passages[0] if passages else Passage("", "", "")
    anchor = f"#{passage.anchor}" if passage.anchor else ""
    return DocumentResult(
        pk=document.pk,
        title=highlighter.mark(document.title),
        url=f"{document.url}{anchor}",
        page=int(passage.anchor.partition("=")[2]) if passage.anchor else 0,
        snippet=highlighter.snippet(passage.text) if passage.text else SafeString(),
        language=language,
        file_kind=document.file_extension.upper(),
        file_size=document.file_size,
    )


register(
    Source(
        collection=Collection.DOCUMENTS,
        label=_("Documents"),
        icon="file",
        template="search/_document.html",
        versions=document_versions,
        documents=documents_of,
        scope=document_scope,
        results=document_results,
        prepare=read_texts,
    )
)
