"""Whatever somebody types is shown as text: a payload in every field of every page type, of people and house style."""

import pytest
from bs4 import BeautifulSoup

from base.models import HouseStyle
from tests.crawl import crawl
from tests.factories import UserFactory
from tests.project.conftest import make_page, page_types

pytestmark = pytest.mark.django_db
PAYLOADS = [
    "<script>alert(4711)</script>",
    '"><img src=x onerror=alert(4711)>',
    "'><svg onload=alert(4711)>",
    '<a href="javascript:alert(4711)">x</a>',
    "[x](javascript:alert(4711)) ![x](x onerror=alert(4711))",
    '<iframe src="https://evil.example/4711"></iframe>',
    '<math><mtext></mtext><a xlink:href="javascript:alert(4711)">x</a></math>',
    "</title></textarea><style>body{background:url(//evil.example/4711)}</style>",
    "{% load x %}{{ request.user.password }}{{ 4711 }}",
]


def live_payload(html: str) -> list[str]:
    """Parts of a page that would run or load what was typed."""
    soup = BeautifulSoup(html, "html.parser")
    found = [str(tag) for tag in soup.find_all(["script", "style", "iframe", "object", "embed"]) if "4711" in str(tag)]
    for tag in soup.find_all(True):
        for name, value in tag.attrs.items():
            text = value if isinstance(value, str) else " ".join(value)
            typed = "4711" in text or "evil.example" in text
            acts = name.startswith("on") or text.strip().lower().startswith("javascript:")
            if typed and (acts or (name in ("src", "srcset", "style") and "evil.example" in text)):
                found.append(str(tag)[:200])
    return found


def _markup_of(response) -> str:
    # A PDF runs nothing, and is no text.
    return "" if response["Content-Type"] == "application/pdf" else response.content.decode()


# A few at a time: every one of them needs a walk through the whole portal.
@pytest.mark.parametrize("payload", [" ".join(PAYLOADS[start::3]) for start in range(3)])
def test_what_is_typed_is_shown_and_never_run(as_user, indexed, payload):
    HouseStyle.objects.create(name=payload[:60], contact_name=payload[:80], contact_phone=payload[:40])
    author = UserFactory(first_name=payload[:80], last_name=payload[:120], job_title=payload[:120], phone=payload[:40])
    for model in page_types():
        page = make_page(model, payload)
        if hasattr(page, "author"):
            page.author = author
            page.save()
    indexed()
    starts = ["/nl/", "/en/", "/nl/search/?q=alert", "/nl/search/?q=4711", "/nl/search/suggest/?q=alert"]
    answers = crawl(as_user(author), starts)
    for address, response in answers.items():
        assert response.status_code in (200, 301, 302, 404), address
        if not response.streaming:
            assert live_payload(_markup_of(response)) == [], address
    assert any("4711" in _markup_of(r) for r in answers.values() if not r.streaming)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_searched_for_is_shown_and_never_run(as_user, user, payload):
    for path in ("/nl/search/", "/nl/search/suggest/", "/nl/verhalen/"):
        response = as_user(user).get(path, {"q": payload, "kind": payload, "page": payload})
        assert response.status_code in (200, 503)
        assert live_payload(response.content.decode()) == []
