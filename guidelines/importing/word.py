"""A Word file as a folder of pages: chapters at its first level of headings, pictures beside them."""

import re
from pathlib import Path
from typing import BinaryIO

import mammoth
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.text import slugify
from django.utils.translation import gettext as _

from .archives import open_archive
from .documents import plain
from .report import ImportReport

CHAPTER = re.compile(r"<h1\b[^>]*>.*?</h1>", re.S)
IDENTITY = re.compile(r'\sid="([^"]+)"')
INSIDE = re.compile(r'href="#([^"]+)"')
KINDS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "image/svg+xml": "svg"}
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Titel'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote:fresh
p[style-name='Citaat'] => blockquote:fresh
r[style-name='Code'] => code
"""


def unpack_word(file: BinaryIO, name: str, into: Path, report: ImportReport, *, split: bool) -> Path:
    """Write the pages of a .docx below ``into`` as HTML; returns that folder.

    With ``split`` every heading of the first level starts a chapter, if there are two or more. Raises ValidationError
    for a file that can't be read as Word.
    """
    with open_archive(file) as archive:
        if "word/document.xml" not in archive.namelist():
            raise ValidationError(_("This isn't a Word file (.docx)."))
    file.seek(0)
    pictures: list[str] = []

    def keep(image) -> dict[str, str]:
        kind = KINDS.get(image.content_type)
        if kind is None:
            report.add(name, 0, _("picture left out: %(what)s") % {"what": image.content_type})
            return {"src": ""}
        pictures.append(f"{len(pictures) + 1}.{kind}")
        folder = into / "pictures"
        folder.mkdir(exist_ok=True)
        with image.open() as source:
            (folder / pictures[-1]).write_bytes(source.read())
        return {"src": f"/pictures/{pictures[-1]}"}

    try:
        result = mammoth.convert_to_html(file, convert_image=mammoth.images.img_element(keep), style_map=STYLES)
    except Exception as error:
        raise ValidationError(_("This Word file is damaged: it can't be read.")) from error
    for message in result.messages:
        report.add(name, 0, str(message.message)[:200])
    _write(result.value, Path(name).stem, into, split=split)
    return into


def _write(html: str, name: str, into: Path, *, split: bool) -> None:
    starts = [match.start() for match in CHAPTER.finditer(html)]
    if not split or len(starts) < 2:
        (into / "index.html").write_text(html)
        return
    intro, pieces = html[: starts[0]], [html[a:b] for a, b in zip(starts, [*starts[1:], len(html)], strict=True)]
    names = []
    for number, piece in enumerate(pieces, 1):
        title = plain(CHAPTER.match(piece).group(0))
        names.append(f"{number:02d}-{slugify(title, allow_unicode=True)[:80] or 'hoofdstuk'}.html")
    home = dict.fromkeys(IDENTITY.findall(intro), "index.html")
    for file, piece in zip(names, pieces, strict=True):
        home |= dict.fromkeys(IDENTITY.findall(piece), file)

    def relink(match: re.Match) -> str:
        target = home.get(match.group(1))
        return f'href="{target}#{match.group(1)}"' if target else match.group(0)

    (into / "index.html").write_text(f"<h1>{escape(name)}</h1>{INSIDE.sub(relink, intro)}")
    for file, piece in zip(names, pieces, strict=True):
        (into / file).write_text(INSIDE.sub(relink, piece))
