"""Drawings: only drawing is let through."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from base.photos import clean_photo
from base.svg import clean_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10"'


def _svg(inside: str, attributes: str = "") -> bytes:
    return f"{HEAD} {attributes}>{inside}</svg>".encode()


@pytest.mark.parametrize(
    "raw",
    [
        _svg("<script>alert(1)</script>"),
        _svg("<g><script xlink:href='https://evil.example/x.js'/></g>"),
        _svg("<path d='M0 0' onclick='alert(1)'/>"),
        _svg("", "onload='alert(1)'"),
        _svg("", "ONLOAD='alert(1)'"),
        _svg("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>"),
        _svg("<a href='javascript:alert(1)'><path d='M0 0'/></a>"),
        _svg("<image href='https://evil.example/track.png'/>"),
        _svg("<image xlink:href='//evil.example/track.png'/>"),
        _svg("<image href='data:image/svg+xml;base64,PHN2Zz4='/>"),
        _svg("<use href='https://evil.example/x.svg#a'/>"),
        _svg("<style>@import url(https://evil.example/a.css);</style>"),
        _svg("<style>path{fill:url('https://evil.example/a')}</style>"),
        _svg("<style>path{fill:u\\72l(https://evil.example)}</style>"),
        _svg("<path style='fill:url(https://evil.example/a)' d='M0 0'/>"),
        _svg("<path fill='url(https://evil.example/a#b)' d='M0 0'/>"),
        _svg("<animate attributeName='href' to='javascript:alert(1)'/>"),
        _svg("<set attributeName='onmouseover' to='alert(1)'/>"),
        b'<!DOCTYPE svg [<!ENTITY x "y">]>' + _svg("<text>&x;</text>"),
        b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + _svg("<text>&x;</text>"),
        b"<html><script>alert(1)</script></html>",
        b"<svg><path d='M0 0'/></svg>",
        b"not xml at all",
        b"",
        _svg("<g>" * 500 + "</g>" * 500),
        _svg("<g/>" * 20_001),
    ],
)
def test_what_does_more_than_draw_is_refused(raw):
    with pytest.raises(ValidationError):
        clean_svg(raw)


def test_a_drawing_stays_and_what_programs_add_goes():
    raw = _svg(
        "<!-- made by somebody --><metadata xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:RDF/></metadata>"
        "<defs><linearGradient id='a'><stop offset='0'/></linearGradient></defs>"
        "<inkscape:thing xmlns:inkscape='http://www.inkscape.org/namespaces/inkscape' inkscape:label='x'/>"
        "<style>.b{fill:url(#a)}</style><path class='b' d='M0 0h10' fill='url(#a)'/><use xlink:href='#a'/>"
    )
    cleaned = clean_svg(raw).decode()
    for kept in ("linearGradient", 'd="M0 0h10"', "url(#a)", 'xlink:href="#a"', "viewBox"):
        assert kept in cleaned
    for gone in ("somebody", "metadata", "inkscape", "RDF"):
        assert gone not in cleaned
    assert clean_svg(cleaned.encode()).decode() == cleaned


def test_a_document_type_alone_is_no_reason_to_refuse():
    doctype = b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    assert b"path" in clean_svg(doctype + _svg("<path d='M0 0'/>"))


def test_a_drawing_is_for_editors_only():
    file = ContentFile(_svg("<path d='M0 0'/>"), name="logo.svg")
    assert clean_photo(file, allow_svg=True).name == "logo.svg"
    with pytest.raises(ValidationError):
        clean_photo(file)
