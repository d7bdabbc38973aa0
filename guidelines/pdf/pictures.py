"""Pictures on paper: only those that every colleague may see, because readers with the same rights share one file."""

import io
import logging
from collections.abc import Iterable

from django.db.models import prefetch_related_objects
from fpdf.errors import FPDFException
from fpdf.svg import SVGObject
from wagtail.models import Collection, CollectionViewRestriction

from base.photos import DAMAGED

from .glyphs import showable
from .paper import Paper

logger = logging.getLogger(__name__)

RENDITION = "max-1100x1100|format-jpeg|jpegquality-72"
HIGHEST = 110
BIGGEST_DRAWING = 300_000


class Pictures:
    """The pictures of these texts, looked up together: three queries for any number of them."""

    def __init__(self, bodies: Iterable):
        images = [
            block.value["image"]
            for body in bodies
            for block in body
            if block.block_type == "image" and block.value["image"] is not None
        ]
        if images:
            prefetch_related_objects(images, "renditions")
        self.closed = _closed_collections() if images else frozenset()

    def put(self, paper: Paper, image, alt: str) -> bool:
        """The picture at its place, as wide as the text at most; False where it may not or can't be shown."""
        if image.hidden_at or image.collection_id in self.closed or not image.width or not image.height:
            return False
        width = min(paper.epw, HIGHEST * image.width / image.height)
        height = width * image.height / image.width
        try:
            file = self._file(image)
            paper.room(height + 4)
            paper.image(file, x=paper.l_margin, w=width, h=height, alt_text=showable(alt) or None)
        except (FPDFException, NotImplementedError, *DAMAGED) as error:
            logger.warning("Picture %s is left out of a PDF: %s", image.pk, error)
            return False
        paper.ln(3)
        return True

    def _file(self, image) -> io.BytesIO:
        if image.is_svg():
            with image.file.storage.open(image.file.name, "rb") as source:
                drawing = source.read(BIGGEST_DRAWING + 1)
            if len(drawing) > BIGGEST_DRAWING:
                raise ValueError("too big a drawing")
            # What it can't draw it says here, before anything is on the page.
            SVGObject(drawing)
            return io.BytesIO(drawing)
        rendition = image.get_rendition(RENDITION)
        with rendition.file.storage.open(rendition.file.name, "rb") as source:
            return io.BytesIO(source.read())


def _closed_collections() -> frozenset[int]:
    """The collections that not everybody may open."""
    restricted = CollectionViewRestriction.objects.exclude(restriction_type=CollectionViewRestriction.LOGIN)
    paths = tuple(restricted.values_list("collection__path", flat=True))
    if not paths:
        return frozenset()
    rows = Collection.objects.values_list("pk", "path")
    return frozenset(pk for pk, path in rows if path.startswith(paths))
