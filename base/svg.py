"""Drawings: SVG holds scripts, links and other documents as easily as lines, so only drawing is let through."""

import re
from xml.etree import ElementTree

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
MOST_ELEMENTS = 20_000
DEEPEST = 100
_WORDS = re.compile(r"\w+")
ELEMENTS = frozenset(
    _WORDS.findall("""
    svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan textPath image style
    linearGradient radialGradient stop clipPath mask pattern marker switch filter feBlend feColorMatrix
    feComponentTransfer feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset fePointLight
    feSpecularLighting feSpotLight feTile feTurbulence
    """)
)
# These do something, or show something that isn't a drawing: who puts them in a file meant to.
REFUSED = frozenset(
    _WORDS.findall("""
    script foreignObject iframe object embed handler listener animate set animateMotion animateTransform audio video
    canvas a
    """)
)
_INSIDE = re.compile(r"#[\w.:-]+")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_OUTSIDE = re.compile(r"@import|expression\s*\(|javascript:|-moz-binding|behavior\s*:|\\", re.IGNORECASE)
_URL = re.compile(r"url\(\s*['\"]?\s*([^)'\"]*)", re.IGNORECASE)


def clean_svg(raw: bytes) -> bytes:
    """The drawing in ``raw`` without comments and what drawing programs add for themselves.

    Raises ValidationError for a file that isn't SVG, and for one with scripts, handlers, other documents inside it, or
    addresses outside it.
    """
    try:
        root = fromstring(raw, forbid_dtd=False, forbid_entities=True, forbid_external=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise ValidationError(_("This file can't be read as an SVG drawing."), code="unreadable") from error
    if root.tag != f"{{{SVG}}}svg":
        raise ValidationError(_("This file can't be read as an SVG drawing."), code="unreadable")
    _clean(root)
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _clean(root: ElementTree.Element) -> None:
    # A list of what is still to do instead of recursion: a file may nest deeper than Python does.
    waiting, seen = [(root, 1)], 0
    while waiting:
        element, depth = waiting.pop()
        seen += 1
        if seen > MOST_ELEMENTS or depth > DEEPEST:
            raise ValidationError(
                _("This drawing has too many parts. It may have %(limit)s at most, and %(depth)s inside each other.")
                % {"limit": MOST_ELEMENTS, "depth": DEEPEST},
                code="too_large",
            )
        _clean_attributes(element)
        for child in list(element):
            namespace, name = _namespace(child.tag), _local(child.tag)
            if name in REFUSED:
                raise _refused(name)
            if namespace != SVG or name not in ELEMENTS:
                element.remove(child)
            else:
                waiting.append((child, depth + 1))


def _clean_attributes(element: ElementTree.Element) -> None:
    for name, value in list(element.attrib.items()):
        if not _is_kept(name, value):
            del element.attrib[name]
    if _local(element.tag) == "style":
        _check_style(element.text or "")


def _is_kept(name: str, value: str) -> bool:
    namespace, local = _namespace(name), _local(name)
    if local.lower().startswith("on"):
        raise _refused(local)
    if local == "href" and namespace in ("", XLINK):
        if not (_INSIDE.fullmatch(value.strip()) or _PICTURE.fullmatch(value.strip())):
            raise _refused(value[:40])
        return True
    _check_style(value)
    return namespace == "" or name == "{http://www.w3.org/XML/1998/namespace}space"


def _check_style(text: str) -> None:
    if found := _OUTSIDE.search(text):
        raise _refused(found.group())
    for address in _URL.findall(text):
        if not address.strip().startswith("#"):
            raise _refused(address[:40])


def _refused(what: str) -> ValidationError:
    return ValidationError(
        _("This drawing holds more than a drawing (%(what)s). Save it as plain SVG, or use a PNG.") % {"what": what},
        code="unsafe",
    )


def _namespace(tag: str) -> str:
    return tag[1:].partition("}")[0] if tag.startswith("{") else ""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
