"""One open generation: finding in it."""

import json
import math
import os
from collections.abc import Collection as Many
from collections.abc import Iterable, Sequence
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from ...documents import Collection, Passage, Scope, Stored
from ...engine import IndexMissing
from ...planner import Group, Plan
from ...scoring import OWN_LANGUAGE_BONUS, TITLE_BOOST
from .guard import guarded
from .schema import section_schema, whole_schema

WHOLE, SECTIONS = "whole", "sections"
# Of so many first letters the words are kept between searches.
MOST_BEGINNINGS = 16
# Of so many audiences it is remembered how much they may not see.
MOST_SCOPES = 200


class Reader:
    """All collections of one generation, looked at again when a writer has committed."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.collections = {collection: CollectionReader(folder / collection) for collection in Collection}
        self.state = self.state_on_disk()
        self._look()

    def state_on_disk(self) -> tuple:
        """Changes with each commit, in whatever process it was made. Raises IndexMissing."""
        return tuple(reader.state_on_disk() for reader in self.collections.values())

    def refresh(self) -> None:
        """See what was committed since."""
        state = self.state_on_disk()
        if state != self.state:
            self._look()
            self.state = state

    def _look(self) -> None:
        for reader in self.collections.values():
            reader.look()


class CollectionReader:
    """The two indexes of one collection."""

    def __init__(self, folder: Path):
        self._folders = [str(folder / name) for name in (WHOLE, SECTIONS)]
        self._meta_files = [f"{folder}/meta.json" for folder in self._folders]
        self._sizes: dict[str, int] = {}
        self.whole_schema, self.section_schema = whole_schema(), section_schema()
        # Where that file is gone Tantivy would make an empty index and nobody would find anything.
        self.state_on_disk()
        with guarded():
            self.whole_index = tantivy.Index(self.whole_schema, path=str(folder / WHOLE))
            self.section_index = tantivy.Index(self.section_schema, path=str(folder / SECTIONS))
            for index in (self.whole_index, self.section_index):
                index.config_reader(reload_policy="manual")

    def state_on_disk(self) -> tuple:
        """Changes with each commit. Raises IndexMissing where the files are gone."""
        try:
            stats = [os.stat(file) for file in self._meta_files]
        except OSError as error:
            raise IndexMissing(str(error)) from error
        return tuple((stat.st_mtime_ns, stat.st_ino) for stat in stats)

    def check(self) -> None:
        """Raises IndexMissing where a file is no longer as long as it was written.

        Files are read as memory: reading what was cut off would end the whole process. One that is gone is kept open.
        """
        for file, size in self._sizes.items():
            try:
                found = os.stat(file).st_size
            except FileNotFoundError:
                continue
            except OSError as error:
                raise IndexMissing(str(error)) from error
            if found != size:
                raise IndexMissing(f"The search index is damaged: {file} was cut off.")

    def look(self) -> None:
        """See what is committed now."""
        with guarded():
            self._sizes = _sizes_in(self._folders)
            self.whole_index.reload()
            self.section_index.reload()
            self.whole, self.sections = self.whole_index.searcher(), self.section_index.searcher()
            self._deleted = _deleted_in(self._meta_files[0])
        self._left_out: dict[Scope, int] = {}
        self._beginnings: dict[tuple[str, str], dict[int, list[tuple[str, int]]]] = {}

    def search(self, plan: Plan, limit: int, scope: Scope) -> Sequence[int]:
        """Primary keys, best first."""
        with guarded():
            own_language = Query.term_query(self.whole_schema, "language", plan.language)
            query = Query.boolean_query(
                [
                    (Occur.Must, self._any_group(plan)),
                    (Occur.Should, Query.const_score_query(own_language, OWN_LANGUAGE_BONUS)),
                    *self._within(scope),
                ]
            )
            places = [place for _score, place in self.whole.search(query, limit=limit, count=False).hits]
            return self.whole.fast_field_values("pk", places)

    def passages(self, plan: Plan, pk: int, limit: int) -> list[Passage]:
        """The document's sections that match."""
        with guarded():
            schema = self.section_schema
            of_page = Query.const_score_query(Query.term_query(schema, "pk", pk), 0.0)
            wanted = Query.boolean_query(
                [(Occur.Should, self._in_field(schema, "text", group)) for group in plan.groups]
            )
            query = Query.boolean_query([(Occur.Must, of_page), (Occur.Must, wanted)])
            hits = self.sections.search(query, limit=limit, count=False).hits
            rows = [json.loads(bytes(self.sections.doc(place).get_first("stored"))) for _score, place in hits]
        return [Passage(**row) for row in rows]

    def coverages(self, plan: Plan, pks: Sequence[int]) -> dict[int, float]:
        """The share of the query's rarity that each of these has; an unknown word is the rarest."""
        if not plan.groups or not pks:
            return dict.fromkeys(pks, 0.0)
        with guarded():
            searcher, schema = self.whole, self.whole_schema
            among = Query.const_score_query(Query.term_set_query(schema, "pk", list(pks)), 0.0)
            total, reached = 0.0, dict.fromkeys(pks, 0.0)
            for group in plan.groups:
                frequency = max((searcher.doc_freq("text", term) for term in group.terms), default=0)
                worth = math.log(1 + (searcher.num_docs - frequency + 0.5) / (frequency + 0.5))
                total += worth
                query = Query.boolean_query([(Occur.Must, among), (Occur.Must, self._in_field(schema, "text", group))])
                places = [place for _score, place in searcher.search(query, limit=len(pks), count=False).hits]
                for pk in searcher.fast_field_values("pk", places):
                    reached[pk] += worth
        return {pk: worth / total if total else 0.0 for pk, worth in reached.items()}

    def stored(self, pks: Many[int]) -> dict[int, Stored]:
        """What is kept of these."""
        found = {}
        with guarded():
            for pk in pks:
                query = Query.term_query(self.whole_schema, "pk", pk)
                for _score, place in self.whole.search(query, limit=1, count=False).hits:
                    found[pk] = Stored(**json.loads(bytes(self.whole.doc(place).get_first("stored"))))
        return found

    def versions(self) -> dict[int, int]:
        """Everything that is indexed."""
        with guarded():
            hits = self.whole.search(Query.all_query(), limit=max(self.whole.num_docs, 1), count=False).hits
            places = [place for _score, place in hits]
            keys, versions = (self.whole.fast_field_values(field, places) for field in ("pk", "version"))
        return dict(zip(keys, versions, strict=True))

    def any_having(self, field: str, term: str, scope: Scope) -> bool:
        """Whether anything in scope has this term in a field."""
        with guarded():
            frequency = self.whole.doc_freq(field, term)
            # A word of more documents than are left out is in one that isn't: most words need no look at all.
            if not frequency or frequency > self._count_left_out(scope):
                return frequency > 0
            wanted = Query.term_query(self.whole_schema, field, term, index_option="basic")
            query = Query.boolean_query([(Occur.Must, wanted), *self._within(scope)])
            return bool(self.whole.search(query, limit=1, count=False).hits)

    def words_by_length(self, field: str, letter: str) -> dict[int, list[tuple[str, int]]]:
        """Every word of a field that begins with a letter, and in how many documents it is, by the word's length."""
        beginnings, key = self._beginnings, (field, letter)
        by_length = beginnings.get(key)
        if by_length is None:
            by_length = {}
            with guarded():
                found = self.whole.terms_with_prefix(field, letter, limit=None)
            for word, count in found:
                by_length.setdefault(len(word), []).append((word, count))
            if len(beginnings) >= MOST_BEGINNINGS:
                beginnings.clear()
            beginnings[key] = by_length
        return by_length

    def _count_left_out(self, scope: Scope) -> int:
        if scope not in self._left_out:
            within = Query.boolean_query([(Occur.Must, Query.all_query()), *self._within(scope)])
            found = self.whole.search(within, limit=1, count=True).count
            if len(self._left_out) >= MOST_SCOPES:
                self._left_out.clear()
            # A word's frequency still counts what was deleted since the last merge.
            self._left_out[scope] = self.whole.num_docs - found + self._deleted
        return self._left_out[scope]

    def _within(self, scope: Scope) -> list[tuple[Occur, Query]]:
        schema = self.whole_schema
        clauses = [
            (Occur.MustNot, Query.term_set_query(schema, field, sorted(numbers)))
            for field, numbers in (("above", scope.closed), ("pk", scope.hidden))
            if numbers
        ]
        clauses += [
            (Occur.Must, Query.const_score_query(Query.term_set_query(schema, field, sorted(values)), 0.0))
            for field, values in (("language", scope.languages), ("kind", scope.kinds))
            if values
        ]
        return clauses

    def _any_group(self, plan: Plan) -> Query:
        clauses = []
        for group in plan.groups:
            clauses.append((Occur.Should, self._in_field(self.whole_schema, "text", group)))
            in_title = Query.boost_query(self._in_field(self.whole_schema, "title_terms", group), TITLE_BOOST)
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


def _sizes_in(folders: Iterable[str]) -> dict[str, int]:
    """The sizes of the files that an index is read from; they are written once and never change."""
    sizes = {}
    for folder in folders:
        for segment in json.loads(Path(folder, "meta.json").read_text())["segments"]:
            name = segment["segment_id"].replace("-", "")
            for file in Path(folder).glob(f"{name}.*"):
                sizes[str(file)] = file.stat().st_size
    return sizes


def _deleted_in(meta_file: str) -> int:
    """How many documents of an index are deleted and not yet merged away, as its own list of segments says."""
    segments = json.loads(Path(meta_file).read_text())["segments"]
    return sum((segment.get("deletes") or {}).get("num_deleted_docs", 0) for segment in segments)
