"""A plan and a scope as the server takes them: the same terms and weights as in the embedded engine.

Elasticsearch's BM25 has Tantivy's constants and is on the same scale (it multiplies by k1 + 1 what Lucene no longer
does), so weights and the bonus mean the same in both.
"""

from collections.abc import Collection as Many
from collections.abc import Iterator, Sequence
from zlib import crc32

from ...documents import Scope
from ...planner import Group, Plan
from ...scoring import OWN_LANGUAGE_BONUS, TITLE_BOOST

# The server takes 65,536 values in one clause.
MOST_VALUES = 50_000
# And shows no more than so many results of one search.
MOST_RESULTS = 10_000


def search_body(plan: Plan, scope: Scope, limit: int) -> dict:
    """Whatever has any of the groups, in scope, best first and then by primary key, so that pages of results fit.

    The primary key is what a hit was sorted by: nothing is fetched for it, which for thousands takes longer than finding them.
    """
    own = {"constant_score": {"filter": {"term": {"language": plan.language}}, "boost": OWN_LANGUAGE_BONUS}}
    return {
        "query": {"bool": {"must": [_any_group(plan)], "should": [own], **within(scope)}},
        "size": min(limit, MOST_RESULTS),
        "sort": ["_score", {"pk": "asc"}],
        "_source": False,
        "stored_fields": "_none_",
        "track_total_hits": False,
    }


def passages_body(plan: Plan, pk: int, limit: int) -> dict:
    """The sections of one document that have any of the groups."""
    groups = [in_field("text", group) for group in plan.groups]
    return {
        "query": {"bool": {"filter": [{"term": {"pk": pk}}], "should": groups, "minimum_should_match": 1}},
        "size": limit,
        "_source": ["kept"],
        "track_total_hits": False,
    }


def coverage_body(plan: Plan, pks: Many[int]) -> dict:
    """Which of these documents has which groups, by the groups' numbers."""
    groups = [{**in_field("text", group)} for group in plan.groups]
    for number, group in enumerate(groups):
        group["dis_max"]["_name"] = str(number)
    return {
        "query": {"bool": {"filter": [{"terms": {"pk": list(pks)}}], "should": groups, "minimum_should_match": 1}},
        "size": len(pks),
        "_source": False,
        "track_total_hits": False,
    }


def counting_body(clauses: Sequence[dict], scope: Scope | None = None) -> dict:
    """How many documents (in scope) each of these clauses finds, in the same order, and how many there are."""
    body: dict = {"size": 0, "track_total_hits": True, "query": {"match_all": {}}}
    if scope is not None:
        body["query"] = {"bool": {"must": [{"match_all": {}}], **within(scope)}}
    if clauses:
        body["aggs"] = {"counts": {"filters": {"filters": list(clauses)}}}
    return body


def within(scope: Scope) -> dict[str, list[dict]]:
    """What a ``bool`` query gets so that it finds in scope only."""
    hidden = [*_terms("above", sorted(scope.closed)), *_terms("pk", sorted(scope.hidden))]
    asked = [
        {"terms": {field: sorted(values)}}
        for field, values in (("language", scope.languages), ("kind", scope.kinds))
        if values
    ]
    return {"must_not": hidden, "filter": asked}


def copy_to_ask(plan: Plan) -> str:
    """Which copy of the index answers: the same one for the same words, so that the second page fits the first."""
    return f"plan-{crc32(' '.join(sorted(plan.terms)).encode('utf-8', 'replace'))}"


def in_field(field: str, group: Group) -> dict:
    """The heaviest of a group's terms counts."""
    return {
        "dis_max": {
            "queries": [{"term": {field: {"value": term, "boost": weight}}} for term, weight in group.terms.items()]
        }
    }


def _any_group(plan: Plan) -> dict:
    clauses = []
    for group in plan.groups:
        clauses.append(in_field("text", group))
        in_title = in_field("title_terms", group)
        in_title["dis_max"]["boost"] = TITLE_BOOST
        clauses.append(in_title)
    return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _terms(field: str, values: Sequence[int]) -> Iterator[dict]:
    for start in range(0, len(values), MOST_VALUES):
        yield {"terms": {field: values[start : start + MOST_VALUES]}}
