"""Elasticsearch behind ``search.engine.SearchEngine``."""

import math
import uuid
from collections.abc import Collection as Many
from collections.abc import Iterable, Mapping, Sequence

from ...documents import EVERYTHING, Collection, Document, Passage, Scope, Stored
from ...engine import IndexUnavailable
from ...planner import Plan
from .address import Address
from .mappings import SECTIONS, WHOLE, Names
from .queries import MOST_RESULTS, copy_to_ask, counting_body, coverage_body, passages_body, search_body
from .transport import Servers
from .vocabulary import ServerVocabulary
from .writing import STATE, Writer


class ElasticsearchEngine:
    """Indices on servers that all machines of the portal share. What is written is found as soon as ``update`` returns."""

    def __init__(self, address: Address, retry_seconds: float):
        self.names = Names(address.prefix)
        self.servers = Servers(address, retry_seconds)
        self._writer = Writer(self.servers, self.names)

    def search(
        self, plan: Plan, *, limit: int, scope: Scope = EVERYTHING, collection: Collection = Collection.PAGES
    ) -> Sequence[int]:
        """Primary keys of what is found, best first; never more than the 10,000 that a server shows."""
        if not plan.groups:
            return []
        answer = self.servers.read(
            "search",
            index=self.names.alias(collection, WHOLE),
            preference=copy_to_ask(plan),
            allow_partial_search_results=False,
            filter_path="hits.hits.sort",
            **_parameters(search_body(plan, scope, limit)),
        )
        return [hit["sort"][1] for hit in _hits(answer)]

    def passages(
        self, plan: Plan, pks: Sequence[int], *, limit: int, collection: Collection = Collection.PAGES
    ) -> dict[int, list[Passage]]:
        """The sections that match, best first."""
        if not plan.groups or not pks:
            return {pk: [] for pk in pks}
        index = self.names.alias(collection, SECTIONS)
        answers = self.servers.search_all([(index, passages_body(plan, pk, limit)) for pk in pks])
        return {
            pk: [Passage(**hit["_source"]["kept"]) for hit in _hits(answer)]
            for pk, answer in zip(pks, answers, strict=True)
        }

    def coverages(
        self, plan: Plan, pks: Sequence[int], *, collection: Collection = Collection.PAGES
    ) -> dict[int, float]:
        """The share of the query's rarity that each of these has; an unknown word is the rarest."""
        if not plan.groups or not pks:
            return dict.fromkeys(pks, 0.0)
        index, terms = self.names.alias(collection, WHOLE), sorted(plan.terms)
        counting, matching = self.servers.search_all(
            [
                (index, counting_body([{"term": {"text": term}} for term in terms])),
                (index, coverage_body(plan, pks)),
            ]
        )
        everything = counting["hits"]["total"]["value"]
        buckets = counting["aggregations"]["counts"]["buckets"] if terms else []
        having = {term: bucket["doc_count"] for term, bucket in zip(terms, buckets, strict=True)}
        worths = []
        for group in plan.groups:
            frequency = max((having[term] for term in group.terms), default=0)
            worths.append(math.log(1 + (everything - frequency + 0.5) / (frequency + 0.5)))
        total, found = sum(worths), dict.fromkeys(pks, 0.0)
        for hit in _hits(matching):
            reached = sum(worths[int(number)] for number in hit.get("matched_queries", ()))
            found[int(hit["_id"])] = reached / total if total else 0.0
        return found

    def stored(self, pks: Many[int], *, collection: Collection = Collection.PAGES) -> dict[int, Stored]:
        """What is kept of these."""
        rows = self._writer.rows(sorted(pks), collection)
        return {pk: Stored(**row["kept"]) for pk, row in rows.items()}

    def versions(self, *, collection: Collection = Collection.PAGES) -> dict[int, int]:
        """Everything that is indexed."""
        found: dict[int, int] = {}
        after: dict = {}
        while True:
            answer = self.servers.write(
                "search",
                index=self.names.alias(collection, WHOLE),
                size=MOST_RESULTS,
                sort=[{"pk": "asc"}],
                source=False,
                docvalue_fields=["version"],
                track_total_hits=False,
                allow_partial_search_results=False,
                filter_path="hits.hits._id,hits.hits.sort,hits.hits.fields",
                **after,
            )
            hits = _hits(answer)
            found.update((int(hit["_id"]), hit["fields"]["version"][0]) for hit in hits)
            if len(hits) < MOST_RESULTS:
                return found
            after = {"search_after": hits[-1]["sort"]}

    def vocabulary(self, scope: Scope = EVERYTHING, *, collection: Collection = Collection.PAGES) -> ServerVocabulary:
        """The words of the index; asks nothing yet, so whether there is one is told by the first question."""
        return ServerVocabulary(self.servers, self.names.alias(collection, WHOLE), scope)

    def version(self) -> str:
        """One look-up by key, so that all processes see each change from the moment it can be found."""
        try:
            (found,) = self.servers.read("mget", index=self.names.meta, ids=[STATE])["docs"]
        except IndexUnavailable:
            return ""
        return found["_source"]["change"] if found.get("found") else ""

    def update(
        self, documents: Iterable[Document], removed: Many[int] = (), *, collection: Collection = Collection.PAGES
    ) -> None:
        """Replace and remove, alone in doing so on all machines."""
        self._writer.update(documents, removed, collection)

    def rebuild(self, documents: Mapping[Collection, Iterable[Document]]) -> int:
        """New indices beside the old, then all aliases in one move."""
        return self._writer.rebuild(documents, uuid.uuid4().hex)


def _hits(answer: dict) -> list[dict]:
    return answer.get("hits", {}).get("hits", [])


def _parameters(body: dict) -> dict:
    return {"source" if name == "_source" else name: value for name, value in body.items()}
