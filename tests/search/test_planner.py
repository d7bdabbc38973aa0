"""From a query to what is looked up."""

import pytest

from search.analysis import stems
from search.planner import clean, make_plan


class Words:
    """A vocabulary of Dutch and English words with the number of pages that have them; ``closed`` ones nobody may see."""

    def __init__(self, nl=(), en=(), closed=()):
        self.words = {"nl": dict.fromkeys(nl, 3), "en": dict.fromkeys(en, 3)}
        self.closed = frozenset(closed)

    def prefetch(self, words, terms, *, beginning=""):
        pass

    def like(self, word, language, most):
        return self.beginning_with(word[0], language, None)

    def pages_with(self, word, language):
        return self.words[language].get(word, 0)

    def has_term(self, term):
        open_words = ((word, lang) for lang in self.words for word in self.words[lang] if word not in self.closed)
        return any(term in stems(word, language) for word, language in open_words)

    def is_open(self, word, language):
        return word in self.words[language] and word not in self.closed

    def beginning_with(self, prefix, language, limit):
        return [(word, count) for word, count in self.words[language].items() if word.startswith(prefix)][:limit]


def terms(plan) -> dict[str, dict[str, float]]:
    return {group.word: group.terms for group in plan.groups}


def test_the_own_stem_counts_most():
    plan = make_plan("policies ", "en", Words(en=["policy"]))
    assert terms(plan)["policies"]["polici"] == 1.0


def test_the_stem_of_the_other_language_counts_half():
    plan = make_plan("happily ", "nl", Words(en=["happily"]))
    assert terms(plan)["happily"]["happili"] == 0.5


def test_the_last_word_may_be_half():
    plan = make_plan("sociale toest", "nl", Words(nl=["toestemming", "sociale"]))
    assert terms(plan)["toest"][stems("toestemming", "nl")[0]] == 0.7
    assert plan.corrected == ""


def test_a_word_with_a_space_after_it_is_whole():
    plan = make_plan("toest ", "nl", Words(nl=["toestemming"]), correct=False)
    assert stems("toestemming", "nl")[0] not in terms(plan)["toest"]


def test_an_unknown_word_is_read_as_one_spelled_nearly_like_it():
    plan = make_plan("foto van klnat ", "nl", Words(nl=["klant", "foto"]))
    assert plan.corrected == "foto van klant"
    assert terms(plan)["klnat"]["klant"] == 0.6


def test_a_known_word_is_left_as_it_is():
    assert make_plan("klant ", "nl", Words(nl=["klant", "plant"])).corrected == ""


def test_a_correction_can_be_refused():
    plan = make_plan("klnat ", "nl", Words(nl=["klant"]), correct=False)
    assert "klant" not in plan.terms and plan.corrected == ""


def test_a_word_that_only_closed_pages_have_is_never_offered():
    plan = make_plan("reorganisatei ", "nl", Words(nl=["reorganisatie"], closed=["reorganisatie"]))
    assert plan.corrected == ""


def test_a_word_that_only_closed_pages_have_is_unknown():
    plan = make_plan("ontslag ", "nl", Words(nl=["ontslag", "opslag", "ontslak"], closed=["ontslag"]))
    assert plan.corrected == "ontslak"


def test_words_typed_apart_are_joined():
    plan = make_plan("software overdracht ", "nl", Words(nl=["softwareoverdracht", "software", "overdracht"]))
    assert "softwareoverdracht" in terms(plan)


def test_words_are_joined_with_the_linking_s():
    assert "inkoopsstrategie" in terms(make_plan("inkoop strategie ", "nl", Words(nl=["inkoopsstrategie"])))


def test_a_word_twice_is_one_group():
    assert len(make_plan("verlof verlof verlof ", "nl", Words(nl=["verlof"])).groups) == 1


@pytest.mark.parametrize(
    ("typed", "searched", "was_cut"),
    [
        ("  verlof \t aanvragen\n", "verlof aanvragen", False),
        ("ver\x00lof", "ver lof", False),
        ("\u202everlof\u200b", "verlof", False),
        (" ".join(["woord"] * 21), " ".join(["woord"] * 20), True),
        ("x" * 201, "x" * 200, True),
        ("", "", False),
    ],
)
def test_a_query_is_cleaned(typed, searched, was_cut):
    assert clean(typed) == (searched, was_cut)
