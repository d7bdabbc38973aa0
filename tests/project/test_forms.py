"""Every form in a template carries the token that lets it be sent."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_INCLUDE = re.compile(r"{%\s*include\s+[\"']([^\"']+)[\"']([^%]*?)%}")


def _templates() -> dict[str, str]:
    return {str(file.relative_to(TEMPLATES)): file.read_text() for file in TEMPLATES.rglob("*.html")}


def test_what_is_included_alone_with_a_form_gets_the_token():
    """``only`` keeps what context processors add from a template, and the token is one of those."""
    texts = _templates()
    with_token = {name for name, text in texts.items() if "{% csrf_token %}" in text}
    # What includes such a template in turn needs the token to hand it on.
    while more := {
        name
        for name, text in texts.items()
        if name not in with_token
        and any(other in with_token and " only" not in rest for other, rest in _INCLUDE.findall(text))
    }:
        with_token |= more
    without = [
        f"{name} includes {other}"
        for name, text in texts.items()
        for other, rest in _INCLUDE.findall(text)
        if other in with_token and " only" in rest and "csrf_token=csrf_token" not in rest
    ]
    assert without == []
    assert len(with_token) > 50
