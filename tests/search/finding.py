"""Short ways to fill the index with what is no page, and to ask it."""

import io
import zipfile

from django.core.files.base import ContentFile
from fpdf import FPDF

from base.models import PortalDocument
from search.query import Question
from search.sources import source_of
from search.sources.finding import Found, found_in


def find(collection, query: str, user, language: str = "nl", limit: int = 5, **fields) -> Found:
    """What ``user`` finds of one collection."""
    return found_in(source_of(collection), Question.from_input(query, language, **fields), user, limit)


def pdf(*pages: str, password: str = "") -> bytes:
    """A PDF with a page for each text."""
    document = FPDF()
    document.set_font("helvetica", size=12)
    for text in pages:
        document.add_page()
        document.multi_cell(0, text=text)
    if password:
        document.set_encryption(owner_password=password, user_password=password)
    return bytes(document.output())


def docx(*paragraphs: str, heading: str = "") -> bytes:
    """A Word file, its first paragraph below a heading where there is one."""
    name = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    styled = f'<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>{heading}</w:t></w:r></w:p>' if heading else ""
    body = "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in paragraphs)
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType="application/vnd.'
            'openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{office}/styles" '
            'Target="styles.xml"/></Relationships>',
        )
        archive.writestr(
            "word/styles.xml",
            f'<w:styles xmlns:w="{name}"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/>'
            "</w:style></w:styles>",
        )
        archive.writestr(
            "word/document.xml", f'<w:document xmlns:w="{name}"><w:body>{styled}{body}</w:body></w:document>'
        )
    return out.getvalue()


def add(name: str, content: bytes, title: str = "", **fields) -> PortalDocument:
    """A document in the library."""
    return PortalDocument.objects.create(title=title or name, file=ContentFile(content, name=name), **fields)
