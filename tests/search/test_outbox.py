"""From publishing to being found."""

import shutil
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.signals import request_finished
from django.db import transaction
from wagtail.models import Page, PageViewRestriction

from search import outbox
from search.backends.embedded import EmbeddedEngine
from search.documents import Collection, Document
from search.engine import IndexBusy, get_engine
from search.models import OutboxEntry
from search.planner import make_plan
from search.scope import scope_for
from tests.factories import ChapterFactory

pytestmark = pytest.mark.django_db


def find(query: str) -> set[int]:
    engine = get_engine()
    return set(engine.search(make_plan(query, "nl", engine.vocabulary(), correct=False), limit=50))


@pytest.fixture
def chapter(make_chapter):
    """An indexed chapter; nothing waits."""
    chapter = make_chapter("Foto's", "<p>pelikaan </p>")
    outbox.rebuild()
    OutboxEntry.objects.all().delete()
    return chapter


def waiting() -> set[int]:
    return set(OutboxEntry.objects.values_list("object_id", flat=True))


@pytest.mark.usefixtures("search_engine")
def test_publishing_brings_the_new_text_to_the_index(chapter, django_capture_on_commit_callbacks):
    chapter.title = "Beeld en flamingo"
    with django_capture_on_commit_callbacks(execute=True):
        chapter.save_revision().publish()
    assert find("flamingo") == {chapter.pk}
    assert waiting() == set()


def test_unpublishing_takes_the_page_out(chapter, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        chapter.unpublish()
    assert find("pelikaan") == set()


@pytest.mark.usefixtures("search_engine")
def test_deleting_takes_the_page_and_all_below_it_out(chapter, make_chapter, django_capture_on_commit_callbacks):
    below = make_chapter("Dieper", "<p>pelikaan</p>", parent=chapter)
    outbox.rebuild()
    assert find("pelikaan") == {chapter.pk, below.pk}
    with django_capture_on_commit_callbacks(execute=True):
        Page.objects.get(pk=chapter.pk).delete()
    assert find("pelikaan") == set()


@pytest.mark.usefixtures("search_engine")
def test_moving_renews_all_pages_below(chapter, make_chapter, django_capture_on_commit_callbacks):
    below = make_chapter("Dieper", "<p>zwaan</p>", parent=chapter)
    elsewhere = make_chapter("Ooievaar", "<p>nest</p>")
    outbox.rebuild()
    assert below.pk not in find("ooievaar")
    chapter.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        chapter.move(Page.objects.get(pk=elsewhere.pk), pos="last-child")
    assert {chapter.pk, below.pk} <= find("ooievaar")


def test_putting_a_page_in_another_place_of_its_list_renews_nothing(chapter, make_chapter):
    other = make_chapter("Andere", "<p>x</p>")
    Page.objects.get(pk=other.pk).move(Page.objects.get(pk=chapter.pk), pos="left")
    assert waiting() == set()


@pytest.mark.usefixtures("search_engine")
def test_a_new_title_is_also_in_the_breadcrumbs_below(chapter, make_chapter, django_capture_on_commit_callbacks):
    below = make_chapter("Dieper", "<p>zwaan</p>", parent=chapter)
    outbox.rebuild()
    chapter.refresh_from_db()
    chapter.title = "Flamingo"
    with django_capture_on_commit_callbacks(execute=True):
        chapter.save_revision().publish()
    assert below.pk in find("flamingo")


def test_a_publication_that_is_rolled_back_leaves_nothing(chapter, django_capture_on_commit_callbacks):
    with (
        django_capture_on_commit_callbacks(execute=True) as callbacks,
        pytest.raises(RuntimeError),
        transaction.atomic(),
    ):
        chapter.save_revision().publish()
        raise RuntimeError
    assert callbacks == []
    assert waiting() == set()


def test_publishing_works_without_a_usable_index_and_nothing_is_lost(
    chapter, settings, django_capture_on_commit_callbacks, caplog
):
    Path(settings.SEARCH_INDEX_PATH, "current.json").write_text("broken")
    outbox._process["failed_at"] = float("inf")  # no attempt to make it anew
    chapter.title = "Flamingo"
    with django_capture_on_commit_callbacks(execute=True):
        chapter.save_revision().publish()
    chapter.refresh_from_db()
    assert chapter.title == "Flamingo"
    assert chapter.pk in waiting()
    assert "rebuild_search" in caplog.text
    outbox.rebuild()
    assert find("flamingo") == {chapter.pk}
    assert waiting() == set()


def test_a_folder_that_cant_be_made_stops_no_publication(
    chapter, settings, tmp_path, django_capture_on_commit_callbacks
):
    (tmp_path / "file").write_text("")
    settings.SEARCH_INDEX_PATH = str(tmp_path / "file" / "index")
    with django_capture_on_commit_callbacks(execute=True):
        chapter.save_revision().publish()
    assert chapter.pk in waiting()


def test_a_small_portal_without_an_index_gets_one(chapter, settings, django_capture_on_commit_callbacks):
    shutil.rmtree(settings.SEARCH_INDEX_PATH)
    with django_capture_on_commit_callbacks(execute=True):
        chapter.save_revision().publish()
    assert find("pelikaan") == {chapter.pk}


def test_while_another_process_writes_entries_wait(chapter, django_capture_on_commit_callbacks, monkeypatch):
    def busy(*args, **kwargs):
        raise IndexBusy("busy")

    with monkeypatch.context() as patch:
        patch.setattr(EmbeddedEngine, "update", busy)
        with django_capture_on_commit_callbacks(execute=True):
            chapter.save_revision().publish()
        assert chapter.pk in waiting()
    assert outbox.drain() > 0
    assert waiting() == set()


def test_what_is_entered_while_the_index_is_written_is_taken_along(chapter, make_chapter, monkeypatch):
    late = make_chapter("Laat", "<p>reiger</p>")
    real, entered = EmbeddedEngine.update, []

    def update(self, documents, removed=(), **which):
        real(self, documents, removed, **which)
        if not entered:
            entered.append(True)
            OutboxEntry.objects.create(object_id=late.pk)

    monkeypatch.setattr(EmbeddedEngine, "update", update)
    OutboxEntry.objects.create(object_id=chapter.pk)
    outbox.drain()
    assert find("reiger") == {late.pk}
    assert waiting() == set()


def count_updates(monkeypatch) -> list:
    calls, real = [], EmbeddedEngine.update

    def update(self, documents, removed=(), **which):
        calls.append(sorted(removed))
        real(self, documents, removed, **which)

    monkeypatch.setattr(EmbeddedEngine, "update", update)
    return calls


def test_a_thousand_publications_are_few_commits(chapter, monkeypatch, django_capture_on_commit_callbacks):
    calls = count_updates(monkeypatch)
    for _again in range(30):
        with django_capture_on_commit_callbacks(execute=True):
            outbox.enqueue([chapter.pk])
    assert len(calls) <= 2
    assert waiting() <= {chapter.pk}


def test_entries_held_are_worked_off_together(chapter, make_chapter, monkeypatch, django_capture_on_commit_callbacks):
    other = make_chapter("Andere", "<p>x</p>")
    calls = count_updates(monkeypatch)
    with outbox.hold():
        for pk in (chapter.pk, other.pk):
            with django_capture_on_commit_callbacks(execute=True):
                outbox.enqueue([pk])
        assert calls == []
    assert calls == [sorted([chapter.pk, other.pk])]


def test_in_a_request_the_index_is_written_after_the_answer(chapter, monkeypatch, django_capture_on_commit_callbacks):
    calls = count_updates(monkeypatch)
    outbox.request_started()
    with django_capture_on_commit_callbacks(execute=True):
        outbox.enqueue([chapter.pk])
    assert calls == []
    outbox.request_finished()
    assert calls == [[chapter.pk]]


def test_a_search_takes_along_what_others_left(chapter, as_user, user):
    chapter.title = "Flamingo"
    chapter.save()
    OutboxEntry.objects.create(object_id=chapter.pk)
    as_user(user).get("/nl/search/?q=iets")
    assert find("flamingo") == {chapter.pk}


def test_the_receivers_listen_to_the_end_of_requests():
    assert any(receiver[0][0] == "search_request_finished" for receiver in request_finished.receivers)


@pytest.mark.usefixtures("search_engine")
def test_what_no_event_told_is_found_by_comparing(chapter, make_chapter, capsys):
    silent = make_chapter("Stil", "<p>reiger</p>")
    Page.objects.filter(pk=chapter.pk).update(live=False)
    assert find("reiger") == set()
    call_command("update_search")
    assert (find("reiger"), find("pelikaan")) == ({silent.pk}, set())
    assert "2 of them had been missed" in capsys.readouterr().out


def test_bringing_up_to_date_twice_changes_nothing(chapter, capsys):
    call_command("update_search")
    call_command("update_search")
    assert capsys.readouterr().out.endswith("0 pages brought up to date, 0 of them had been missed.\n")


def test_bringing_up_to_date_makes_a_missing_index(chapter, settings, capsys):
    shutil.rmtree(settings.SEARCH_INDEX_PATH)
    call_command("update_search")
    assert find("pelikaan") == {chapter.pk}


@pytest.mark.usefixtures("search_engine")
def test_a_page_that_waits_is_hidden_from_who_may_not_see_it_any_more(chapter, manual, make_user):
    """Moved below a closed page: until the index knows, its words are not even counted."""
    closed = ChapterFactory(parent=manual, title="Gesloten", locale=manual.locale)
    restriction = PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(Group.objects.create(name="Directie"))
    chapter.refresh_from_db()
    chapter.move(Page.objects.get(pk=closed.pk), pos="last-child")
    stranger, engine = scope_for(make_user()), get_engine()
    plan = make_plan("pelikaan", "nl", engine.vocabulary(stranger), correct=False)
    assert list(engine.search(plan, limit=50)) == [chapter.pk]
    assert list(engine.search(plan, limit=50, scope=stranger)) == []
    assert not engine.vocabulary(stranger).is_open("pelikaan", "nl")
    outbox.drain()
    assert list(engine.search(plan, limit=50, scope=scope_for(make_user()))) == []


def test_what_changed_during_a_rebuild_is_in_the_new_index(chapter, monkeypatch):
    real = EmbeddedEngine.rebuild

    def rebuild(self, documents):
        count = real(self, documents)
        # Between reading the page and now somebody published it, and the old index was told.
        chapter.title = "Flamingo"
        chapter.save_revision().publish()
        OutboxEntry.objects.all().delete()
        return count

    monkeypatch.setattr(EmbeddedEngine, "rebuild", rebuild)
    outbox.rebuild()
    assert find("flamingo") == {chapter.pk}


@pytest.mark.usefixtures("search_engine")
def test_readers_and_writers_go_on_during_a_rebuild(chapter, settings):
    engine = get_engine()
    seen = []

    def slow():
        engine.update([Document(pk=99, language="nl", title="Ooievaar", sections=())])
        seen.append(find("ooievaar"))
        yield from ()

    engine.rebuild({Collection.PAGES: slow()})
    assert seen == [{99}]
    assert find("ooievaar") == set()
