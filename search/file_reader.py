"""Reads the text of one file, in a process of its own: what is in a file may be broken, endless or made to do harm.

Run as ``python file_reader.py KIND < file``; writes ``{"parts": [[page, heading, text], ...]}``. It knows nothing of the
portal. Whatever goes wrong ends the process with another code than 0 and a line on standard error.
"""

import html
import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator

MOST_PAGES = 500
MOST_CHARACTERS = 1_000_000
MOST_UNPACKED = 200_000_000
MEMORY = 1_500_000_000
SECONDS = 20

_HEADING = re.compile(r"<h[1-6][^>]*>(.*?)</h[1-6]>", re.S)
_BLOCK_END = re.compile(r"</(?:p|li|tr|h[1-6])>|<br\s*/?>")
_TAG = re.compile(r"<[^>]+>")
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-\n(?=[a-zà-ÿ])")
_BROKEN_LINE = re.compile(r"(?<=[^.!?:;\n])\n(?=[a-zà-ÿ(])")
Part = tuple[int, str, str]


class UnreadableError(Exception):
    """Why nothing is read out of this file."""


def read_pdf(file: io.BytesIO) -> Iterator[Part]:
    """Each page, numbered from 1."""
    from pypdf import PdfReader

    reader = PdfReader(file)
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableError("it is locked with a password")
    for number, page in enumerate(reader.pages, start=1):
        if number > MOST_PAGES:
            return
        text = _BROKEN_WORD.sub("", page.extract_text())
        yield number, "", _BROKEN_LINE.sub(" ", text)


def read_docx(file: io.BytesIO) -> Iterator[Part]:
    """Each heading with what stands below it."""
    import mammoth

    _check_archive(file)
    no_pictures = mammoth.images.img_element(lambda image: {"src": ""})
    pieces = _HEADING.split(mammoth.convert_to_html(file, convert_image=no_pictures).value)
    yield 0, "", _plain(pieces[0])
    for heading, text in zip(pieces[1::2], pieces[2::2], strict=True):
        yield 0, " ".join(_plain(heading).split()), _plain(text)


def read_odt(file: io.BytesIO) -> Iterator[Part]:
    """Each heading with what stands below it."""
    from defusedxml.ElementTree import fromstring

    _check_archive(file)
    with zipfile.ZipFile(file) as archive:
        root = fromstring(archive.read("content.xml"))
    heading, lines = "", []
    for element in root.iter():
        name = element.tag.rpartition("}")[2]
        if name == "h":
            yield 0, heading, "\n".join(lines)
            heading, lines = " ".join("".join(element.itertext()).split()), []
        elif name == "p":
            lines.append("".join(element.itertext()))
    yield 0, heading, "\n".join(lines)


def read_text(file: io.BytesIO) -> Iterator[Part]:
    """The whole of it."""
    data = file.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    yield 0, "", text


READERS = {
    "pdf": read_pdf,
    "docx": read_docx,
    "odt": read_odt,
    "txt": read_text,
    "md": read_text,
    "csv": read_text,
}


def _check_archive(file: io.BytesIO) -> None:
    with zipfile.ZipFile(file) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise UnreadableError("it is too large unpacked")
    file.seek(0)


def _plain(markup: str) -> str:
    return html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", markup)))


def _set_limits() -> None:
    try:
        import resource
    except ImportError:  # elsewhere than on Unix: the time limit of who started this is what is left
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    # It writes no file, whatever it is given.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """See this module."""
    _set_limits()
    parts, left = [], MOST_CHARACTERS
    for page, heading, text in READERS[sys.argv[1]](io.BytesIO(sys.stdin.buffer.read())):
        # Half signs and NUL can be kept nowhere.
        kept = text.replace("\0", "").encode(errors="ignore").decode()[:left]
        heading = heading.replace("\0", "").encode(errors="ignore").decode()[:300]
        left -= len(kept)
        if kept.strip() or heading:
            parts.append((page, heading, kept.strip()))
        if left <= 0:
            break
    json.dump({"parts": parts}, sys.stdout)


if __name__ == "__main__":
    try:
        main()
    except Exception as error:  # noqa: BLE001 - one line, whatever it was
        sys.exit(f"{type(error).__name__}: {error}"[:300])
