"""What only the engine on servers has to prove: agreement with the embedded one, few trips, and several machines."""

import random
import threading

import pytest
from elasticsearch import Elasticsearch

from search.backends.elasticsearch import ElasticsearchEngine, leases, mappings, vocabulary
from search.backends.elasticsearch.address import parse_address
from search.backends.elasticsearch.mappings import Names
from search.backends.elasticsearch.transport import Servers
from search.backends.embedded import EmbeddedEngine
from search.documents import Collection, Document, Scope, Section
from search.engine import IndexBusy, IndexMissing
from search.planner import Group, Plan

from .asking import find, page, plan_for, rebuild

WORDS = [
    "verlof",
    "verlofaanvraag",
    "aanvraag",
    "aanvragen",
    "formulier",
    "overdracht",
    "overdrachtsformulier",
    "vakantie",
    "vakantiedagen",
    "dag",
    "laptop",
    "laptops",
    "policy",
    "policies",
    "leave",
    "holiday",
    "onboarding",
    "offboarding",
    "photo",
    "privacy",
    "beleid",
    "privacybeleid",
    "klant",
    "klanten",
    "toestemming",
    "foto",
    "camera",
    "kantine",
    "parkeren",
    "fiets",
    "élan",
    "naïef",
    "straße",
    "日本語",
    "москва",
    "2026",
    "v2",
    "ﷺ",
]


@pytest.fixture
def address(server_address):
    return parse_address(server_address)


@pytest.fixture
def engine(address):
    return ElasticsearchEngine(address, retry_seconds=0.2)


@pytest.fixture
def client(server):
    """The server behind the engine's back."""
    with Elasticsearch(server, request_timeout=30) as client:
        yield client


@pytest.fixture
def trips(monkeypatch):
    """Each call to the server."""
    made, real = [], Servers._ask

    def ask(self, call, seconds, parameters):
        made.append(call)
        return real(self, call, seconds, parameters)

    monkeypatch.setattr(Servers, "_ask", ask)
    return made


def some_documents(count: int, seed: int = 1) -> list[Document]:
    """Made-up texts in both languages and in none, with words that compounds are made of."""
    dice = random.Random(seed)  # noqa: S311 (a test's dice)

    def text(most: int) -> str:
        return " ".join(dice.choices(WORDS, k=dice.randint(1, most)))

    return [
        Document(
            pk=pk,
            language=dice.choice(("nl", "en", "nl", "en", "fr")),
            title=text(5),
            summary=text(8),
            crumbs=(text(2),),
            sections=tuple(Section(f"a{n}", text(4), text(40)) for n in range(dice.randint(1, 4))),
            above=(dice.randint(1000, 1010), pk),
            kind=dice.choice(("news", "manual")),
            version=pk * 7,
        )
        for pk in range(1, count + 1)
    ]


SCOPES = (
    Scope(),
    Scope(closed=frozenset({1000, 1003}), hidden=frozenset(range(1, 30))),
    Scope(languages=frozenset({"nl"}), kinds=frozenset({"news"})),
)


def test_both_engines_know_find_and_rank_the_same(engine, folder):
    """Word counts, plans, order, sections and coverage; after a rebuild and after an update."""
    embedded, documents = EmbeddedEngine(folder), some_documents(120)
    for each in (embedded, engine):
        rebuild(each, documents)
        each.update([*some_documents(12, seed=2)], removed=range(100, 110))
    # What was replaced is still counted by Tantivy until it merges: the same texts, but another rarity.
    for each in (embedded, engine):
        rebuild(each, [*some_documents(12, seed=2), *documents[12:99], *documents[109:]])
    queries = [
        ("nl", "verlof"),
        ("nl", "verlofaanvraag formulier "),
        ("nl", "overdracht formulier"),
        ("nl", "klnat toestemmin "),
        ("nl", "over"),
        ("nl", "straße "),
        ("nl", "日本語"),
        ("nl", "ﷺ"),
        ("en", "privacy polic"),
        ("en", "off boarding photos "),
        ("en", "москва v2"),
        ("en", "hoilday"),
    ]
    for scope in SCOPES:
        for language, query in queries:
            plan, same_plan = (plan_for(each, query, language, scope) for each in (embedded, engine))
            assert plan == same_plan
            found, same = (list(each.search(plan, limit=200, scope=scope)) for each in (embedded, engine))
            assert found == same, query
            top = found[:3]
            passages, same = (each.passages(plan, top, limit=10) for each in (embedded, engine))
            assert passages == same, query
            assert embedded.coverages(plan, top) == pytest.approx(engine.coverages(plan, top)), query
    assert embedded.versions() == engine.versions()
    assert embedded.stored([1, 2, 999]) == engine.stored([1, 2, 999])


def test_a_whole_search_takes_few_trips(engine, trips):
    rebuild(engine, some_documents(40))
    reader = Scope(closed=frozenset({1000}))
    for query, most in (("verlof aanvr", 4), ("hoe verlof aanvragen bij de klant ", 1), ("klnat ", 3)):
        trips.clear()
        plan = plan_for(engine, query, scope=reader)
        assert len(trips) <= most, (query, trips)
    trips.clear()
    found = engine.search(plan, limit=5000, scope=reader)
    engine.coverages(plan, found[:3])
    engine.passages(plan, found[:10], limit=4)
    assert trips == ["search", "msearch", "msearch"]
    trips.clear()
    engine.version()
    assert trips == ["mget"]


def test_an_update_takes_as_many_trips_for_many_pages(engine, trips):
    rebuild(engine, some_documents(40))
    counts = []
    for pages in (some_documents(1, seed=3), some_documents(30, seed=3)):
        trips.clear()
        engine.update(pages, removed=[page.pk for page in pages])
        counts.append(len(trips))
    assert counts[1] <= counts[0] + 2


def test_thousands_of_closed_and_hidden_pages_fit_in_a_search(engine):
    rebuild(engine, [page(1, text="verlof", above=(70_001,)), page(2, text="verlof", above=(3,)), page(70_002)])
    scope = Scope(closed=frozenset(range(70_001, 140_100)), hidden=frozenset(range(100, 70_100)))
    assert find(engine, "verlof", scope=scope) == [2]


def test_the_longest_query_of_words_nobody_knows_is_answered(engine):
    rebuild(engine, some_documents(40))
    query = " ".join(f"verlofaanvraagx{letter}" for letter in "abcdefghijkl")[:200]
    assert find(engine, query) != []
    plan = Plan(tuple(Group(str(n), {f"{n}x{t}": 0.5 for t in range(60)}) for n in range(20)), "nl")
    assert list(engine.search(plan, limit=10)) == []
    assert engine.coverages(plan, [1]) == {1: 0}


def test_signs_of_the_servers_own_language_mean_nothing(engine):
    rebuild(engine, some_documents(5))
    for typed in ("a.*", "~verlof", 'a"b', "<1-5>", "a{2}", "a|b", "\\", "&@#", "(", "[a-", "日本"):
        find(engine, typed)
        words = engine.vocabulary()
        assert all(word.startswith(typed) for word, _count in words.beginning_with(typed, "nl", 30))
        assert words.like(typed, "nl", 2) is not None


def test_words_of_pages_that_may_not_be_seen_are_never_offered(engine):
    rebuild(engine, [page(1, text="reorganisatieplan"), page(2, text="kantine")])
    scope = Scope(hidden=frozenset({1}))
    for typed in ("reorganisatieplam ", "reorg"):
        plan = plan_for(engine, typed, scope=scope)
        assert plan.corrected == "" and list(engine.search(plan, limit=9, scope=scope)) == []


def test_a_rebuild_that_fails_leaves_the_old_index_and_nothing_else(engine, client):
    rebuild(engine, [page(1, text="oud")])
    before = set(client.indices.get(index=f"{engine.names.prefix}-*"))

    def broken():
        yield page(2, text="nieuw")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        rebuild(engine, broken())
    assert find(engine, "oud") == [1]
    assert set(client.indices.get(index=f"{engine.names.prefix}-*")) == before
    rebuild(engine, [page(3, text="oud")])
    assert find(engine, "oud") == [3]
    assert len(client.indices.get(index=f"{engine.names.prefix}-*")) == len(before)


def test_an_index_of_another_version_is_not_read_and_goes_when_ours_is_made(engine, address, client, monkeypatch):
    monkeypatch.setattr(mappings, "VERSION", mappings.VERSION - 1)
    old = ElasticsearchEngine(address, 0.2)
    rebuild(old, [page(1, text="oud")])
    assert find(old, "oud") == [1]
    monkeypatch.undo()
    with pytest.raises(IndexMissing):
        find(engine, "oud")
    assert engine.version() == ""
    rebuild(engine, [page(2, text="nieuw")])
    assert find(engine, "nieuw") == [2]
    left = client.indices.get(index=f"{engine.names.prefix}-*", features="aliases")
    assert all(name.startswith(f"{engine.names.prefix}-v{mappings.VERSION}.") for name in left)


def test_only_what_is_ours_and_old_is_left_behind():
    names = Names("portal")
    version = f"v{mappings.VERSION}.{mappings.MAPPING}"
    newer = f"v{mappings.VERSION + 1}.1"
    kept = [
        f"portal-{version}-pages-whole-now",
        f"portal-{version}-meta",
        f"portal-{newer}-pages-whole-x",
        f"portal-{newer}-meta",
        "portal-v0.1-staging-v0.1-pages-whole-x",
        "portal-var",
        "another-v0.1-pages-whole-x",
    ]
    gone = [f"portal-{version}-people-sections-old", "portal-v1.9-pages-whole-x", "portal-v1.9-meta"]
    assert [name for name in [*kept, *gone] if names.is_left_behind(name, "now")] == gone


def test_who_died_while_writing_is_waited_for_and_then_no_longer(engine, client, monkeypatch):
    rebuild(engine, [page(1)])
    client.index(index=engine.names.meta, id="writing", document={"owner": "gone", "at": leases.time.time()})
    with pytest.raises(IndexBusy):
        engine.update([page(2)])
    monkeypatch.setattr(leases, "LEASE_SECONDS", -1)
    engine.update([page(2)])
    assert set(engine.versions()) == {1, 2}


def test_who_was_taken_for_dead_writes_nothing_more(engine, address):
    rebuild(engine, [page(1, text="oud")])
    entered, leave, outcome = threading.Event(), threading.Event(), []

    def slow():
        entered.set()
        leave.wait(30)
        yield page(1, text="ouder")

    def write():
        try:
            ElasticsearchEngine(address, 0.2).update(slow())
        except IndexBusy as error:
            outcome.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    assert entered.wait(30)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leases, "LEASE_SECONDS", -1)
        engine.update([page(1, text="nieuw")])
    leave.set()
    writer.join()
    assert len(outcome) == 1
    assert (find(engine, "nieuw"), find(engine, "ouder")) == ([1], [])


def test_of_two_rebuilds_the_second_waits_or_says_so(engine, address, monkeypatch):
    monkeypatch.setattr("search.backends.elasticsearch.writing.REBUILD_WAIT_SECONDS", 0)
    seen = []

    def slow():
        with pytest.raises(IndexBusy):
            rebuild(ElasticsearchEngine(address, 0.2), [])
        seen.append(True)
        yield page(1, text="verlof")

    rebuild(engine, slow())
    assert seen and find(engine, "verlof") == [1]


def test_a_document_that_the_server_refuses_stops_no_other(engine, caplog):
    rebuild(engine, [page(1)])
    engine.update([page(2, version=2**80), page(3)])
    assert set(engine.versions()) == {1, 3}
    assert "refuses document 2" in caplog.text


def test_an_index_deleted_behind_our_back_is_missing_and_not_made_by_writing(engine, client):
    rebuild(engine, [page(1)])
    client.indices.delete(index=list(client.indices.get(index=f"{engine.names.prefix}-*-whole-*")))
    for ask in (lambda: find(engine, "tekst"), lambda: engine.update([page(2)]), engine.versions):
        with pytest.raises(IndexMissing):
            ask()
    assert not client.indices.exists(index=engine.names.alias(Collection.PAGES, "whole"))


@pytest.mark.parametrize("most", [0, 2, 2_000])
def test_the_longer_words_are_the_same_whichever_way_they_are_counted(engine, monkeypatch, most):
    monkeypatch.setattr(vocabulary, "MOST_COUNTED", most)
    texts = ["onderhoud", "onderhoud onderwijs", "onderhoud onderwijs onder", "boot"]
    rebuild(engine, [page(pk, text=text) for pk, text in enumerate(texts, 1)])
    # The server knows a word of a deleted page for a while; we don't.
    engine.update([page(5, text="onderdak")])
    engine.update([], removed=[5])
    longer = engine.vocabulary().beginning_with("onder", "nl", 30)
    assert longer == [("onderhoud", 3), ("onderwijs", 2), ("onder", 1)]
    assert engine.vocabulary(Scope(hidden=frozenset({1}))).beginning_with("onder", "nl", 1) == [("onderhoud", 3)]
    assert engine.vocabulary().beginning_with("onder", "en", 30) == []


def test_a_server_that_does_not_know_all_words_in_time_has_them_counted(engine, monkeypatch):
    rebuild(engine, [page(1, text="onderhoud")])
    read = engine.servers.read

    def hasty(call, **parameters):
        answer = read(call, **parameters)
        return answer | {"terms": [], "complete": False} if call == "terms_enum" else answer

    monkeypatch.setattr(engine.servers, "read", hasty)
    assert engine.vocabulary().beginning_with("onder", "nl", 30) == [("onderhoud", 1)]
