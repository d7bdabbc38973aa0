"""One open generation: finding in it."""

import contextlib
import json
import math
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from ...documents import Passage, StoredPage
from ...engine import IndexUnavailable
from ...planner import Group, Plan
from .schema import page_schema, section_schema

TITLE_BOOST = 0.5
OWN_LANGUAGE_BONUS = 0.5
FIRST_FEW = 20


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Whatever Tantivy says about files that are gone or broken, said as IndexUnavailable."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise IndexUnavailable(str(error)) from error
    except BaseException as error:
        # A panic on the other side of the binding is no Exception.
        if type(error).__name__ == "PanicException":
            raise IndexUnavailable(str(error)) from error
        raise


class Reader:
    """The two indexes of one generation, reloaded when a writer has committed."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.page_schema, self.section_schema = page_schema(), section_schema()
        with guarded():
            self.pages = tantivy.Index(self.page_schema, path=str(folder / "pages"))
            self.sections = tantivy.Index(self.section_schema, path=str(folder / "sections"))
            for index in (self.pages, self.sections):
                index.config_reader(reload_policy="manual")
            self.state = self.state_on_disk()
            self._look()

    def state_on_disk(self) -> tuple:
        """Changes with each commit, in whatever process it was made."""
        try:
            stats = [os.stat(self.folder / name / "meta.json") for name in ("pages", "sections")]
        except OSError as error:
            raise IndexUnavailable(str(error)) from error
        return tuple((stat.st_mtime_ns, stat.st_ino) for stat in stats)

    def refresh(self) -> None:
        """See what was committed since."""
        state = self.state_on_disk()
        if state != self.state:
            with guarded():
                self._look()
            self.state = state

    def _look(self) -> None:
        self.pages.reload()
        self.sections.reload()
        self.page_searcher, self.section_searcher = self.pages.searcher(), self.sections.searcher()

    def search(self, plan: Plan, limit: int) -> Sequence[int]:
        """Primary keys, best first."""
        with guarded():
            query = Query.boolean_query(
                [
                    (Occur.Must, self._any_group(plan)),
                    (
                        Occur.Should,
                        Query.const_score_query(
                            Query.term_query(self.page_schema, "language", plan.language), OWN_LANGUAGE_BONUS
                        ),
                    ),
                ]
            )
            searcher = self.page_searcher
            places = [place for _score, place in searcher.search(query, limit=limit, count=False).hits]
            return searcher.fast_field_values("pk", places)

    def passages(self, plan: Plan, page: int, limit: int) -> list[Passage]:
        """The page's sections that match."""
        with guarded():
            schema, searcher = self.section_schema, self.section_searcher
            of_page = Query.const_score_query(Query.term_query(schema, "pk", page), 0.0)
            wanted = Query.boolean_query(
                [(Occur.Should, self._in_field(schema, "text", group)) for group in plan.groups]
            )
            query = Query.boolean_query([(Occur.Must, of_page), (Occur.Must, wanted)])
            hits = searcher.search(query, limit=limit, count=False).hits
            rows = [json.loads(bytes(searcher.doc(place).get_first("stored"))) for _score, place in hits]
        return [Passage(**row) for row in rows]

    def coverage(self, plan: Plan, pages: Sequence[int]) -> float:
        """The share of the query's rarity that the best of these pages has; an unknown word is the rarest."""

        if not plan.groups or not pages:
            return 0.0
        with guarded():
            searcher, schema = self.page_searcher, self.page_schema
            among = Query.const_score_query(Query.term_set_query(schema, "pk", list(pages)), 0.0)
            total, reached = 0.0, dict.fromkeys(pages, 0.0)
            for group in plan.groups:
                frequency = max((searcher.doc_freq("text", term) for term in group.terms), default=0)
                worth = math.log(1 + (searcher.num_docs - frequency + 0.5) / (frequency + 0.5))
                total += worth
                query = Query.boolean_query([(Occur.Must, among), (Occur.Must, self._in_field(schema, "text", group))])
                places = [place for _score, place in searcher.search(query, limit=len(pages), count=False).hits]
                for page in searcher.fast_field_values("pk", places):
                    reached[page] += worth
        return max(reached.values()) / total if total else 0.0

    def stored(self, pages: Collection[int]) -> dict[int, StoredPage]:
        """What is kept of these pages."""
        found = {}
        with guarded():
            searcher = self.page_searcher
            for page in pages:
                query = Query.term_query(self.page_schema, "pk", page)
                for _score, place in searcher.search(query, limit=1, count=False).hits:
                    found[page] = StoredPage(**json.loads(bytes(searcher.doc(place).get_first("stored"))))
        return found

    def versions(self) -> dict[int, int]:
        """Everything that is indexed."""
        with guarded():
            searcher = self.page_searcher
            hits = searcher.search(Query.all_query(), limit=max(searcher.num_docs, 1), count=False).hits
            places = [place for _score, place in hits]
            keys, versions = (searcher.fast_field_values(field, places) for field in ("pk", "version"))
        return dict(zip(keys, versions, strict=True))

    def any_having(self, field: str, term: str, wanted: Callable[[int], bool]) -> bool:
        """Whether a wanted page has this term in a field."""
        with guarded():
            searcher = self.page_searcher
            query = Query.term_query(self.page_schema, field, term, index_option="basic")
            frequency = searcher.doc_freq(field, term)
            # Most often one of the first few will do; only a word of closed pages is followed to its last page.
            for limit in sorted({min(frequency, FIRST_FEW), frequency} - {0}):
                places = [place for _score, place in searcher.search(query, limit=limit, count=False).hits]
                if any(wanted(page) for page in searcher.fast_field_values("pk", places)):
                    return True
        return False

    def _any_group(self, plan: Plan) -> Query:
        clauses = []
        for group in plan.groups:
            clauses.append((Occur.Should, self._in_field(self.page_schema, "text", group)))
            in_title = Query.boost_query(self._in_field(self.page_schema, "title_terms", group), TITLE_BOOST)
            clauses.append((Occur.Should, in_title))
        return Query.boolean_query(clauses)

    @staticmethod
    def _in_field(schema: tantivy.Schema, field: str, group: Group) -> Query:
        queries = [
            query if weight == 1 else Query.boost_query(query, weight)
            for term, weight in group.terms.items()
            for query in [Query.term_query(schema, field, term, index_option="freq")]
        ]
        return Query.disjunction_max_query(queries)
