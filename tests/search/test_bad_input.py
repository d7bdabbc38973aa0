"""Whatever is typed: an answer, never a fault."""

import pytest
from django.core.cache import cache

from search import outbox

pytestmark = pytest.mark.django_db

QUERIES = [
    '"', "'", '"verlof', "\x00", "ver\x00lof", " ", "\t\n", "*", "**", "a*", "?", "AND", "OR NOT", "verlof AND", "title:verlof",
    "pk:1", "+verlof -dag", "(((", ")", "[1 TO 2]", "verlof~2", "verlof^9", "/.*/", "\\", "--", "%", "%00", "_", "1", "a",
    "🦊", "👩‍👩‍👧", "日本語", "العربية", "हिन्दी", "ไทย", "ßẞ", "İi", "ǅ", "\u202e", "\ufeff", "\ud83d", "𝓿𝓮𝓻𝓵𝓸𝓯", "e\u0301" * 50,
    "x" * 100_000, "woord " * 2000, "de het een", "the of and", "a" * 5000, " ".join(f"woord{n}" for n in range(500)),
    "verlof, aanvragen? " * 264, 'AND OR NOT ( ) " * ~ ^ : \\ /', "שלום עולם", "\u202everlof\u202c", "ver\u200blof\u200d\u2060",
    "🦊" * 5000, "\udc00\ud83d", "_exists_:pk", "{!term}", "verlof\r\nGET / HTTP/1.1", "\u0645" * 300, "\U0010ffff\ufffe\uffff", "<script>", "' OR 1=1 --", "{{ 7*7 }}", "${7}", "../../etc/passwd",
]  # fmt: skip

ADDRESSES = [
    ("/nl/search/", {}),
    ("/nl/search/", {"in": "people"}),
    ("/en/search/", {"in": "documents", "exact": "1"}),
    ("/en/search/suggest/", {}),
]


@pytest.mark.usefixtures("search_engine")
def test_every_query_has_an_answer(make_chapter, as_user, user):
    """From the index itself: an engine that refuses a query would leave it to the database."""
    make_chapter("Verlof", "<p>verlof aanvragen</p>")
    outbox.rebuild()
    client = as_user(user)
    refused = {}
    for address, more in ADDRESSES:
        cache.clear()
        for query in QUERIES:
            answer = client.get(address, {"q": query.encode("utf-8", "surrogatepass"), **more})
            if answer.status_code != 200 or "plain" in (answer.context or {}):
                refused[address, str(more), query[:30]] = answer.status_code
    assert refused == {}


@pytest.mark.parametrize(
    "parameters",
    [
        {"kind": "nonsense"}, {"kind": ["handbook", "\x00", "<b>"]}, {"language": "xx"}, {"language": ["nl", "nl", "'"]},
        {"exact": "yes"}, {"page": "two"}, {"box": "<script>"}, {"unknown": "1"},
    ],
)  # fmt: skip
def test_choices_nobody_offered_are_ignored(make_chapter, titles, parameters, as_user, user):
    make_chapter("Verlof", "<p>verlof aanvragen</p>")
    outbox.rebuild()
    assert (
        len([1 for _row in as_user(user).get("/nl/search/", {"q": "verlof", **parameters}).content.split(b'"result"')])
        == 2
    )
    fragment = as_user(user).get("/nl/search/suggest/", {"q": "verlof", **parameters})
    assert b"<script>" not in fragment.content and fragment.status_code == 200


def test_a_query_that_is_too_long_is_cut_and_says_so(make_chapter, as_user, user):
    make_chapter("Verlof", "<p>verlof aanvragen</p>")
    outbox.rebuild()
    html = as_user(user).get("/en/search/", {"q": "verlof " * 100}).content.decode()
    assert "first twenty words" in html
    assert 'class="result"' in html


def test_signs_alone_are_explained(as_user, user):
    assert "signs alone" in as_user(user).get("/en/search/", {"q": "?!"}).content.decode()


def test_without_any_parameter_the_page_opens(as_user, user):
    assert as_user(user).get("/nl/search/").status_code == 200
    assert as_user(user).get("/nl/search/suggest/").status_code == 200
