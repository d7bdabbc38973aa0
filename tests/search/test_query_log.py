"""Which words are asked and what becomes of it, without a trace of who."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from people.models import User
from search import outbox, query_log
from search.models import QueryDismissal, QueryLog
from search.personal_words import looks_personal
from search.query_log import count_click, count_search, forget_old_words, normalised
from search.querysets import Trouble, monday_of
from tests.caching import cached_keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(as_user, make_user):
    """``asked("words", times=3, language="nl", **parameters)``: each time by another colleague."""

    def ask(query: str, times: int = 1, language: str = "nl", **parameters) -> None:
        for _time in range(times):
            response = as_user(make_user()).get(f"/{language}/search/", {"q": query, **parameters})
            assert response.status_code == 200

    return ask


def rows():
    return list(QueryLog.objects.values_list("query", "language", "asked", "without_result", "weak", "last_total"))


def count(query: str, times: int = 1, total: int = 0, **more) -> None:
    for _time in range(times):
        count_search(query=query, text=query, language="nl", total=total, **{"is_weak": False} | more)


def test_words_are_folded_and_counted_by_week(make_chapter, asked):
    make_chapter("Vergunning", "<p>x</p>")
    outbox.rebuild()
    asked("Vergunning!", 2)
    asked("  vergunning ")
    asked("Vergunning", language="en")
    asked("één kameel")
    assert sorted(rows()) == [
        ("een kameel", "nl", 1, 1, 0, 0),
        ("vergunning", "en", 1, 0, 0, 1),
        ("vergunning", "nl", 3, 0, 0, 1),
    ]
    assert {row.week for row in QueryLog.objects.all()} == {monday_of(timezone.localdate())}


def test_nothing_in_a_row_points_to_a_person_or_a_moment():
    kinds = {field.get_internal_type() for field in QueryLog._meta.get_fields()}
    assert kinds.isdisjoint({"ForeignKey", "DateTimeField", "TimeField", "GenericIPAddressField"})


def test_one_person_who_reloads_counts_once(as_user, user, make_user):
    outbox.rebuild()
    for _time in range(3):
        as_user(user).get("/nl/search/?q=kameel")
    as_user(make_user()).get("/nl/search/?q=kameel")
    assert rows() == [("kameel", "nl", 2, 2, 0, 0)]


@pytest.mark.parametrize("more", [{"page": "2"}, {"kind": "news"}, {"language": "en"}, {"exact": "1"}])
def test_leafing_and_narrowing_are_no_new_question(as_user, user, more):
    outbox.rebuild()
    as_user(user).get("/nl/search/", {"q": "kameel", **more})
    assert rows() == []


def test_what_is_fetched_ahead_or_typed_is_no_question(as_user, user):
    outbox.rebuild()
    as_user(user).get("/nl/search/?q=kameel", headers={"sec-purpose": "prefetch"})
    as_user(user).get("/nl/search/suggest/?q=kameel")
    assert rows() == []


@pytest.mark.parametrize(
    "text",
    [
        "j.smit@veldbron.example",
        "smit @veldbron",
        "mail sanne(at)veldbron",
        "bsn 123456782",
        "123.456.782",
        "06-12345678",
        "+31 6 12 34 56 78",
        "nummer 10023",
        "NL91ABNA0417164300",
        "12-03-1985",
        "1234 AB 12",
        "1234ab",
    ],
)
def test_what_looks_personal_is_not_kept(as_user, user, text):
    outbox.rebuild()
    assert looks_personal(text)
    assert as_user(user).get("/nl/search/", {"q": text}).status_code == 200
    assert rows() == []


@pytest.mark.parametrize(
    "text", ["begroting 2025 2026", "jaarverslag 2025-2026", "iso 9001", "cao 2026", "top 10", "1 2 3"]
)
def test_ordinary_numbers_are_words(text):
    assert not looks_personal(text)
    assert normalised(text)


def test_the_name_or_number_of_a_colleague_is_not_kept(make_user):
    make_user(first_name="Zoë", last_name="de Wit", staff_number="VB12")
    for text in ("zoe de wit", "telefoon Zoë de Wit", "de Wit Zoë", "vb12"):
        assert not count_search(query=normalised(text), text=text, language="nl", total=1, is_weak=False)
    assert count_search(query="wit", text="wit", language="nl", total=1, is_weak=False)
    assert [row[0] for row in rows()] == ["wit"]


def test_a_name_is_known_among_many_without_its_accents_and_by_its_address(make_user):
    User.objects.bulk_create(
        User(email=f"jan{number}@example.org", first_name="Jan", last_name="de Jong") for number in range(300)
    )
    make_user(first_name="Sanne", last_name="de Jong", email="s.dejong@example.org")
    make_user(first_name="Thomas", last_name="Müller")
    for text in ("sanne de jong", "thomas muller", "rooster S.deJong", "verlof s.dejong?"):
        assert not count_search(query=normalised(text), text=text, language="nl", total=1, is_weak=False)
    for text in ("de jong", "sanne", "s.anders"):
        assert count_search(query=normalised(text), text=text, language="nl", total=1, is_weak=False)


def test_a_long_question_is_cut_between_words():
    query = normalised("onderwerp " * 20)
    assert len(query) <= 100 and set(query.split()) == {"onderwerp"}
    assert normalised("x" * 500) == "x" * 60


def test_the_log_breaking_down_breaks_no_search(make_chapter, ask, monkeypatch):
    make_chapter("Vergunning", "<p>x</p>")
    outbox.rebuild()

    def broken(*args, **kwargs):
        raise DatabaseError("no more room for vergunning")

    monkeypatch.setattr(QueryLog.objects.__class__, "filter", broken)
    assert len(ask("vergunning").select("li.result")) == 1


def test_a_cache_that_is_away_breaks_no_search_and_logs_no_words(make_chapter, ask, user, monkeypatch, caplog):
    make_chapter("Vergunning", "<p>x</p>")
    outbox.rebuild()

    def broken(*args, **kwargs):
        raise ConnectionError("vergunning")

    monkeypatch.setattr(query_log, "cache", SimpleNamespace(add=broken))
    assert len(ask("vergunning").select("li.result")) == 1
    assert "ConnectionError" in caplog.text and "vergunning" not in caplog.text


def test_a_flood_of_one_person_ends(monkeypatch, as_user, user):
    outbox.rebuild()
    monkeypatch.setattr(query_log, "MOST_AN_HOUR", 2)
    for number in range(5):
        as_user(user).get(f"/nl/search/?q=kameel{number}")
    assert len(rows()) == 2


def test_new_words_end_and_known_ones_go_on(monkeypatch):
    monkeypatch.setattr(query_log, "MOST_NEW_A_DAY", 1)
    count("kameel")
    count("dromedaris")
    count("kameel")
    assert rows() == [("kameel", "nl", 2, 2, 0, 0)]


def test_a_counted_search_costs_one_query_after_the_page(
    make_chapter, as_user, make_user, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(outbox, "LOOK_SECONDS", float("inf"))
    make_chapter("Vergunning", "<p>x</p>")
    outbox.rebuild()
    # A new colleague makes everything cached unfindable.
    first, second = make_user(), make_user()
    as_user(first).get("/nl/search/?q=vergunning")
    client = as_user(second)
    client.get("/nl/search/?q=iets")
    # Session, reader, stamp, may it still be read, what waits, closed questions and documents; of people none; and the count.
    with django_assert_num_queries(9):
        client.get("/nl/search/?q=vergunning")
    with django_assert_num_queries(8):
        client.get("/nl/search/?q=vergunning")


def test_the_database_refuses_sums_that_do_not_add_up():
    for wrong in (
        {"asked": 1, "clicked": 2, "rank_sum": 2},
        {"asked": 1, "without_result": 2},
        {"asked": 2, "clicked": 1},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            QueryLog.objects.create(query="x", language="nl", week=date(2026, 11, 23), **wrong)


# Opened results ----------------------------------------------------------------------------
def click(client, language: str = "nl", **data):
    return client.post(f"/{language}/search/clicked/", data)


def opened():
    return list(QueryLog.objects.values_list("query", "clicked", "rank_sum"))


def test_an_opened_result_is_counted_with_its_place(as_user, make_user):
    count("vergunning", 3, total=5)
    for rank in (1, 4):
        assert click(as_user(make_user()), q="Vergunning", rank=rank).status_code == 204
    assert opened() == [("vergunning", 2, 5)]


def test_one_person_opens_once_and_never_more_than_was_asked(as_user, user, make_user):
    count("vergunning", total=5)
    count("kameel", 2, total=0)
    for reader in (user, user, make_user()):
        click(as_user(reader), q="vergunning", rank=1)
    click(as_user(user), q="kameel", rank=1)
    assert sorted(opened()) == [("kameel", 0, 0), ("vergunning", 1, 1)]


@pytest.mark.parametrize("rank", ["", "0", "-1", "x", "1001", "99999999999999999999", "1e3", "²", "\0"])
def test_a_place_that_is_none_is_passed_over(as_user, user, rank):
    count("vergunning", total=5)
    assert click(as_user(user), q="vergunning", rank=rank).status_code == 204
    assert opened() == [("vergunning", 0, 0)]


@pytest.mark.parametrize("query", ["iets anders", "", "\0", "\ud800", "a" * 5000, "jan@veldbron.example", "!!"])
def test_words_that_nobody_asked_are_passed_over(as_user, user, query):
    count("vergunning", total=5)
    assert click(as_user(user), q=query.encode("utf-8", "surrogatepass"), rank="1").status_code == 204
    assert click(as_user(user)).status_code == 204
    assert opened() == [("vergunning", 0, 0)]


def test_clicks_in_another_language_are_of_other_words(as_user, user):
    count("vergunning", total=5)
    click(as_user(user), "en", q="vergunning", rank="1")
    assert opened() == [("vergunning", 0, 0)]


def test_a_chosen_suggestion_is_a_question_and_its_answer(as_user, user):
    count("verg", total=0)
    click(as_user(user), q="verg", rank="2", suggested="1")
    click(as_user(user), q="nooit gevraagd", rank="2", suggested="1")
    assert list(QueryLog.objects.values_list("query", "asked", "clicked", "rank_sum")) == [("verg", 2, 1, 2)]


def test_opening_is_only_posted_by_who_is_signed_in(client, as_user, user):
    assert click(client, q="x", rank="1").status_code == 302
    assert as_user(user).get("/nl/search/clicked/").status_code == 405


def test_a_log_that_is_away_answers_all_the_same(as_user, user, monkeypatch):
    def broken(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(query_log, "count_click", broken)
    assert click(as_user(user), q="vergunning", rank="1").status_code == 204


def test_a_question_of_sunday_night_is_opened_on_monday():
    sunday = date(2026, 11, 22)
    count("vergunning", total=2, today=sunday)
    monday = sunday + timedelta(days=1)
    assert count_click(query="vergunning", language="nl", rank=1, is_suggestion=False, today=monday)
    assert not count_click(
        query="vergunning", language="nl", rank=1, is_suggestion=False, today=monday + timedelta(weeks=2)
    )


def test_the_results_say_where_they_stand(make_chapter, ask):
    for number in range(12):
        make_chapter(f"Vergunning {number}", "<p>x</p>")
    outbox.rebuild()
    first, second = (ask("Vergunning", page=page).select_one("[data-searched]") for page in (1, 2))
    assert (first["data-searched"], first.get("start"), second["start"]) == ("Vergunning", None, "11")


# What is shown -----------------------------------------------------------------------------
def trouble(today=None):
    return {row.query: row.trouble for row in QueryLog.objects.worklist(today or timezone.localdate())}


def test_words_are_shown_from_three_times_up():
    count("twee", 2)
    count("drie", 3)
    assert trouble() == {"drie": Trouble.NOTHING}


def test_three_times_in_different_weeks_are_three_times():
    today = timezone.localdate()
    for weeks in range(3):
        count("vergunning", today=today - timedelta(weeks=weeks))
    count("oud", 3, today=today - timedelta(weeks=6))
    row = QueryLog.objects.worklist(today).get()
    assert (row.query, row.times, row.times_without) == ("vergunning", 3, 3)


def test_each_trouble_has_its_name_and_the_most_asked_come_first():
    count("niets", 3)
    count("zwak", 5, total=4, is_weak=True)
    count("dicht", 4, total=4)
    assert list(trouble().items()) == [
        ("zwak", Trouble.WEAK),
        ("dicht", Trouble.NO_CLICK),
        ("niets", Trouble.NOTHING),
    ]


def test_what_was_mended_is_off_the_list_once_it_is_opened():
    count("vergunning", 3)
    assert trouble() == {"vergunning": Trouble.NOTHING}
    count("vergunning", total=2)
    assert trouble() == {"vergunning": Trouble.NO_CLICK}
    count_click(query="vergunning", language="nl", rank=1, is_suggestion=False)
    assert trouble() == {}


def test_what_was_put_aside_comes_back_when_it_is_asked_after_thirteen_weeks(user):
    today = date(2026, 11, 26)
    count("kantinekaart", 3, today=today)
    query_log.dismiss_query(query="kantinekaart", language="nl", by=user, today=today)
    query_log.dismiss_query(query="kantinekaart", language="nl", by=user, today=today)
    assert trouble(today) == {}
    later = today + timedelta(weeks=13)
    assert trouble(later) == {}
    count("kantinekaart", 3, today=later)
    assert trouble(later) == {"kantinekaart": Trouble.NOTHING}
    query_log.bring_back_query(query="kantinekaart", language="nl")
    assert trouble(today) == {"kantinekaart": Trouble.NOTHING}


def test_the_clock_throws_away_what_is_old_or_can_never_be_shown(user):
    now = timezone.now()
    today = timezone.localdate(now)
    count("oud", 5, today=today - timedelta(days=410))
    count("zeldzaam", 2, today=today - timedelta(weeks=6))
    count("vaak", 3, today=today - timedelta(weeks=6))
    count("nieuw", 1, today=today)
    query_log.dismiss_query(query="weg", language="nl", by=user, today=today - timedelta(days=410))
    assert forget_old_words(now) == 2
    assert {row[0] for row in rows()} == {"vaak", "nieuw"}
    assert not QueryDismissal.objects.exists()


def test_the_key_in_the_cache_does_not_say_the_words(as_user, user):
    outbox.rebuild()
    as_user(user).get("/nl/search/?q=kameel")
    keys = " ".join(cached_keys())
    assert "search-noted:" in keys and "kameel" not in keys
