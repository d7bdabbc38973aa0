"""Nothing of somebody who is forgotten is left anywhere in the filled demo, but for what ``docs/privacy.md`` says.

Somebody of the demo gets a name that is nowhere else, says something in every place where things are said, and is forgotten.
"""

import shutil

import pytest
from django.conf import settings as configured
from django.db import connection, transaction

from demo.building.clock import clock_at
from people.forgetting import forget_person
from people.models import User
from search.outbox import drain, rebuild
from tests.demo.standing import NOW
from tests.demo.traces import MARKS, Deeds, mark, person_named
from tests.stored import Piece, pieces_with

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("demo"), pytest.mark.admin_search]
# Who wrote, judged, published, led and began something.
PEOPLE = ("newcomer", "employee", "buddy", "hr", "admin")

TYPED = "somebody typed the name into a text of the organisation; nobody's words are rewritten"
OLD = "the same text in an old version, or as translators work from it"
FOUND = "the same text, as the admin's search keeps it; PostgreSQL and SQLite in tables of their own"
# Where a name that an editor typed in a quote or a telephone number in a manual may stay, and why.
MAY_NAME = {
    "home_storychapterpage.body:value.who": TYPED,
    "onboarding_steppage.body:value.who": TYPED,
    "guidelines_chapterpage.body:value.who": TYPED,
    "guidelines_chapterpage.body:value.text": TYPED,
    "base_housestyle.contact_phone": "the number that the organisation says to phone for help",
    "wagtailcore_revision.content:body.value.who": OLD,
    "wagtailcore_revision.content:body.value.text": OLD,
    "wagtail_localize_string.data": OLD,
    "wagtail_localize_stringtranslation.data": OLD,
    "wagtail_localize_translationsource.content_json:body.value.who": OLD,
    "wagtail_localize_translationsource.content_json:body.value.text": OLD,
    "wagtailsearch_indexentry.body": FOUND,
    "wagtailsearch_indexentry.body_text": FOUND,
    "wagtailsearch_indexentry_fts.body": FOUND,
    "wagtailsearch_indexentry_fts_content.c1": FOUND,
}
STORY = "a published story, by a former colleague from then on"
# What of their own words may stay, by what they did (``traces.Deeds``).
MAY_SAY = {
    "published_story": {
        "stories_storypage.text": STORY,
        "wagtailcore_page.title": STORY,
        "wagtailcore_page.draft_title": STORY,
        "wagtailcore_page.slug": STORY,
        "wagtailcore_page.url_path": STORY,
        "wagtailcore_pagelogentry.label": STORY,
        "wagtailcore_revision.content:title": OLD,
        "wagtailcore_revision.content:draft_title": OLD,
        "wagtailcore_revision.content:slug": OLD,
        "wagtailcore_revision.content:url_path": OLD,
        "wagtailcore_revision.content:text": OLD,
        "wagtailcore_revision.object_str": OLD,
        "wagtailsearch_indexentry.title": FOUND,
        "wagtailsearch_indexentry.autocomplete": FOUND,
        "wagtailsearch_indexentry.body": FOUND,
        "wagtailsearch_indexentry.title_text": FOUND,
        "wagtailsearch_indexentry.body_text": FOUND,
        "wagtailsearch_indexentry_fts.title": FOUND,
        "wagtailsearch_indexentry_fts.autocomplete": FOUND,
        "wagtailsearch_indexentry_fts.body": FOUND,
        "wagtailsearch_indexentry_fts_content.c0": FOUND,
        "wagtailsearch_indexentry_fts_content.c1": FOUND,
        "wagtailsearch_indexentry_fts_content.c2": FOUND,
        "wagtailsearch_indexentry_fts_data.block": FOUND,
    },
    "feedback": {"guidelines_feedback.comment": "said of a text to who keeps it right; without a name from then on"},
    "report": {"stories_storyreport.comment": "about another's story, which was judged by it"},
    "page_comment": {"wagtailcore_comment.text": "a remark beside a page, for the other editors"},
    "help_another": {
        "onboarding_checkinpoint.text": "agreed with another, and theirs to read on",
        "onboarding_handovernote.text": "written to another, and theirs to read on",
    },
}


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    shutil.copytree(configured.MEDIA_ROOT, tmp_path / "media")
    settings.MEDIA_ROOT = settings.SENDFILE_ROOT = str(tmp_path / "media")
    settings.SEARCH_INDEX_PATH = str(tmp_path / "search")
    with clock_at(NOW):
        yield


def _forget(name: str, captured) -> tuple[list[Piece], list[Piece], dict[str, str]]:
    """What is stored of them and their words before and after, and their words by deed."""
    person, administrator = person_named(name), person_named("admin" if name != "admin" else "hr")
    words = mark(person, administrator)
    deeds = Deeds(person)
    deeds.do_all()
    words += deeds.said.values()
    before = pieces_with(words)
    with captured(execute=True):
        # The administrator as the server: the only one of the demo may not forget themselves.
        forget_person(person=person, by=None)
    return before, pieces_with(words), deeds.said


def _is_kept_here(place: str) -> bool:
    """Whether this database keeps the words themselves there: PostgreSQL has a column of words for one of stems."""
    if not place.startswith("wagtailsearch_indexentry"):
        return True
    return place.endswith("_text") == (connection.vendor == "postgresql")


def test_nothing_is_left_but_what_may_stay(django_capture_on_commit_callbacks):
    left, named, said = [], set(), {deed: set() for deed in MAY_SAY}
    for name in PEOPLE:
        with transaction.atomic():
            before, after, words = _forget(name, django_capture_on_commit_callbacks)
            # Each deed was seen, and so was each mark: the scan would find them.
            seen = "\n".join(piece.text for piece in before).casefold()
            assert [word for word in (*words.values(), *MARKS.values()) if word.casefold() not in seen] == []
            for piece in after:
                deeds = [deed for deed, word in words.items() if word in piece.text.casefold()]
                allowed = set().union(*(MAY_SAY.get(deed, {}) for deed in deeds)) if deeds else MAY_NAME
                is_marked = any(value.casefold() in piece.text.casefold() for value in MARKS.values())
                if is_marked or piece.place not in allowed:
                    left.append(f"{name}: {piece}")
                elif deeds:
                    said[deeds[0]].add(piece.place)
                else:
                    named.add(piece.place)
            transaction.set_rollback(True)
    assert left == []
    # Nothing is allowed that isn't needed.
    unneeded = [*(MAY_NAME.keys() - named), *(place for deed in MAY_SAY for place in MAY_SAY[deed].keys() - said[deed])]
    assert [place for place in unneeded if _is_kept_here(place)] == []


def test_search_finds_them_no_more(client, django_capture_on_commit_callbacks):
    person, reader = person_named("employee"), User.objects.get(email="moderator2@demo.example")
    client.force_login(reader)
    mark(person, person_named("admin"))
    Deeds(person).do_published_story("Over een kikkerbeet")
    rebuild()
    full_name = f"{MARKS['first_name']} {MARKS['last_name']}"
    asked = [f"/nl/search/{kind}?q={words}" for kind in ("", "suggest/") for words in ("zwaluwhilde", "kikkerbeet")]
    shown = [client.get(address).content.decode() for address in asked]
    assert full_name in shown[0] and full_name in shown[1]
    with django_capture_on_commit_callbacks(execute=True):
        forget_person(person=person, by=None)
    drain()
    for address in asked:
        html = client.get(address).content.decode()
        assert MARKS["last_name"] not in html and MARKS["job_title"] not in html
    assert "kikkerbeet" in client.get(asked[1]).content.decode()
