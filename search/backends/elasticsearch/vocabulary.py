"""The words of the index, asked of the server for many words at once."""

import re
from collections.abc import Collection as Many
from collections.abc import Iterable, Iterator, Mapping

from ...analysis import LANGUAGES
from ...documents import EVERYTHING, Scope
from ...planner import MOST_ENDINGS
from .mappings import words_field
from .queries import counting_body
from .transport import WRITE_SECONDS, Servers

# Of what is spelled nearly like a word; far more than anybody is shown.
MOST_SPELLINGS = 500
# The server takes 65,536 values in one clause.
MOST_WORDS = 30_000
# So many longer words are counted one by one, which takes a look at each; more by going through every document.
MOST_COUNTED = 2_000

Word = tuple[str, str]


class ServerVocabulary:
    """``search.planner.Vocabulary`` over one collection; what was asked once is remembered, so one serves one search."""

    def __init__(self, servers: Servers, index: str, scope: Scope = EVERYTHING):
        self._servers, self._index, self._scope = servers, index, scope
        self._pages: dict[Word, int] = {}
        self._open_words: dict[Word, bool] = {}
        self._open_terms: dict[str, bool] = {}
        self._endings: dict[Word, list[tuple[str, int]]] = {}

    def prefetch(self, words: Many[str], terms: Many[str], *, beginning: str = "") -> None:
        """All of it in one trip, and one for each language to know the longer words; nothing where all of it is known."""
        asked_words = [
            (language, word) for word in words if word for language in LANGUAGES if (language, word) not in self._pages
        ]
        asked_terms = [term for term in dict.fromkeys(terms) if term and term not in self._open_terms]
        if beginning and (LANGUAGES[0], beginning) in self._endings:
            beginning = ""
        if not (asked_words or asked_terms or beginning):
            return
        longer = {language: self._words_with(beginning, language) for language in LANGUAGES if beginning}
        clauses = [_is_word(*pair) for pair in asked_words]
        term_clauses = [{"term": {"text": term}} for term in asked_terms]
        # Over everything each count stands in the index; in scope every document with the word is looked at.
        searches = [counting_body([*clauses, *_clauses_of(longer), *(term_clauses if self._sees_all else [])])]
        for language, words in longer.items():
            if words is None:
                searches[0].setdefault("aggs", {})[f"endings_{language}"] = _endings_of(beginning, language)
        if not self._sees_all:
            searches.append(counting_body(clauses + term_clauses, self._scope))
        answers = self._servers.search_all([(self._index, body) for body in searches])
        pages, in_scope = _counts(answers[0]), _counts(answers[-1])
        self._pages.update(zip(asked_words, pages, strict=False))
        self._open_words.update(zip(asked_words, map(bool, in_scope), strict=False))
        # Last in both, whatever stands between them and the words.
        of_terms = in_scope[len(in_scope) - len(asked_terms) :]
        self._open_terms.update(zip(asked_terms, map(bool, of_terms), strict=True))
        if beginning:
            self._learn_endings(beginning, longer, iter(pages[len(asked_words) :]), answers[0])

    def pages_with(self, word: str, language: str) -> int:
        """How many documents of the language have this very word."""
        if language not in LANGUAGES or not word:
            return 0
        self.prefetch([word], ())
        return self._pages[language, word]

    def has_term(self, term: str) -> bool:
        """Whether anything in scope is found under this term."""
        if not term:
            return False
        self.prefetch((), [term])
        return self._open_terms[term]

    def is_open(self, word: str, language: str) -> bool:
        """Whether anything in scope has this very word."""
        if language not in LANGUAGES or not word:
            return False
        self.prefetch([word], ())
        return self._open_words[language, word]

    def beginning_with(self, prefix: str, language: str, limit: int) -> list[tuple[str, int]]:
        """Words with this beginning, most frequent first; at most ``MOST_ENDINGS``."""
        if language not in LANGUAGES or not prefix:
            return []
        self.prefetch((), (), beginning=prefix)
        return self._endings[language, prefix][:limit]

    def like(self, word: str, language: str, most: int) -> list[tuple[str, int]]:
        """Words with the same first letter that are at most ``most`` letters away."""
        if language not in LANGUAGES or not word:
            return []
        nearly = {
            "text": word,
            "term": {
                "field": words_field(language),
                "analyzer": "keyword",
                "suggest_mode": "always",
                "max_edits": most,
                "prefix_length": 1,
                "min_word_length": 1,
                "size": MOST_SPELLINGS,
                "shard_size": MOST_SPELLINGS,
                "string_distance": "damerau_levenshtein",
            },
        }
        (answer,) = self._servers.search_all([(self._index, {"size": 0, "suggest": {"nearly": nearly}})])
        found = [(option["text"], option["freq"]) for part in answer["suggest"]["nearly"] for option in part["options"]]
        # The server leaves out the word itself.
        return [*found, *((word, count) for count in [self.pages_with(word, language)] if count)]

    @property
    def _sees_all(self) -> bool:
        return self._scope == EVERYTHING

    def _words_with(self, beginning: str, language: str) -> list[str] | None:
        """All words of the language with this beginning; None where that are too many to count each."""
        answer = self._servers.read(
            "terms_enum", index=self._index, field=words_field(language), string=beginning, size=MOST_COUNTED + 1
        )
        words = answer["terms"]
        return words if answer["complete"] and len(words) <= MOST_COUNTED else None

    def _learn_endings(
        self, beginning: str, longer: Mapping[str, list[str] | None], counts: Iterator[int], answer: dict
    ) -> None:
        for language, words in longer.items():
            if words is None:
                buckets = answer["aggregations"][f"endings_{language}"]["buckets"]
                pages = [(bucket["key"], bucket["doc_count"]) for bucket in buckets]
            else:
                # A word whose last document is gone stays in the list of words for a while.
                pages = [(word, count) for word in words if (count := next(counts))]
            pages.sort(key=lambda pair: (-pair[1], pair[0]))
            self._endings[language, beginning] = pages[:MOST_ENDINGS]


class WordCounts:
    """For writing: how many documents of a language have each of very many words."""

    def __init__(self, servers: Servers, index: str):
        self._servers, self._index = servers, index
        self._pages: dict[Word, int] = {}

    def learn(self, words: Iterable[str], language: str) -> None:
        """Ask for all of these; what isn't told is in no document."""
        asked = sorted({word for word in words if word and (language, word) not in self._pages})
        for start in range(0, len(asked), MOST_WORDS):
            some = asked[start : start + MOST_WORDS]
            terms = {"field": words_field(language), "include": some, "size": len(some)}
            body = {"size": 0, "aggs": {"words": {"terms": terms}}}
            (answer,) = self._servers.search_all([(self._index, body)], seconds=WRITE_SECONDS)
            self._pages.update(((language, word), 0) for word in some)
            buckets = answer["aggregations"]["words"]["buckets"]
            self._pages.update(((language, bucket["key"]), bucket["doc_count"]) for bucket in buckets)

    def pages_with(self, word: str, language: str) -> int:
        """How many documents; 0 for what wasn't learned."""
        return self._pages.get((language, word), 0)


def _is_word(language: str, word: str) -> dict:
    return {"term": {words_field(language): word}}


def _clauses_of(longer: Mapping[str, list[str] | None]) -> list[dict]:
    return [_is_word(language, word) for language, words in longer.items() for word in words or ()]


def _endings_of(beginning: str, language: str) -> dict:
    return {"terms": {"field": words_field(language), "include": f"{_escaped(beginning)}.*", "size": MOST_ENDINGS}}


def _escaped(word: str) -> str:
    # Words are letters and digits, but not everybody's: what the server's expressions know as a sign is escaped.
    return re.sub(r"([.?+*|{}\[\]()\"\\#@&<>~^-])", r"\\\1", word)


def _counts(answer: dict) -> list[int]:
    counted = answer.get("aggregations", {}).get("counts")
    return [bucket["doc_count"] for bucket in counted["buckets"]] if counted else []
