"""Tips at the moment of need: from every manual one may read, each once, as cards that lead to the whole tip."""

import pytest
from wagtail.models import PageViewRestriction

from guidelines.models import ChapterPage, ManualIndexPage, ManualPage
from guidelines.situations import Situation
from guidelines.tips import tips_for_situation
from tests.factories import ChapterFactory, ManualFactory


def tip(title: str, *situations: str) -> tuple[str, dict]:
    rich = {name: f"<p>{name} {title}</p>" for name in ("text", "do", "dont", "why")}
    return "tip", {"title": title, **rich, "situations": list(situations)}


@pytest.fixture
def manual(trunk):
    return ManualFactory(parent=trunk(ManualIndexPage), title="Beeld")


def add(manual, *tips, **fields) -> ChapterPage:
    parent = ManualPage.objects.get(pk=manual.pk)
    return ChapterFactory(parent=parent, body=[("rich_text", '<p>"photo"</p>'), *tips], **fields)


def titles(user, situation=Situation.PHOTO, language="nl", **options) -> list[str]:
    return [card.title for card in tips_for_situation(situation, user, language, **options)]


def test_a_tip_is_found_by_the_situations_an_editor_gave_it(user, manual, trunk):
    add(manual, tip("Vraag het eerst", "photo", "sharing"), tip("Zonder"), tip("Schrijf kort", "writing"))
    other = ManualFactory(parent=trunk(ManualIndexPage), body=[tip("Geen gezichten", "photo")])
    assert titles(user) == ["Vraag het eerst", "Geen gezichten"]
    assert titles(user, Situation.SHARING) == ["Vraag het eerst"]
    assert titles(user, Situation.COMMENTING) == []
    card = tips_for_situation(Situation.PHOTO, user, "nl")[1]
    assert card.url == f"{other.url}#tip-geen-gezichten"
    assert (card.do, card.why) == ("<p>do Geen gezichten</p>", "<p>why Geen gezichten</p>")


def test_what_one_may_not_read_gives_no_tips(make_user, manual):
    member, outsider = make_user(groups=["Insiders"]), make_user()
    closed = add(manual, tip("Geheim", "photo"))
    add(manual, tip("Kladje", "photo"), live=False)
    restriction = PageViewRestriction.objects.create(page=closed, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(member.groups.all())
    for _again in range(2):
        assert titles(member) == ["Geheim"]
        assert titles(outsider) == []


def test_no_more_than_asked_for_and_never_more_than_five(user, manual):
    add(manual, *(tip(f"Tip {number}", "photo") for number in range(9)))
    assert len(titles(user)) == 5
    assert titles(user, limit=2) == ["Tip 0", "Tip 1"]


def test_each_language_has_its_own(user, manual):
    add(manual, tip("Vraag het eerst", "photo")).save_revision().publish()
    [card] = tips_for_situation(Situation.PHOTO, user, "en")
    assert card.url.startswith("/en/")


def test_a_change_is_seen_at_once(user, manual):
    page = add(manual, tip("Oud", "photo"))
    assert titles(user) == ["Oud"]
    page.body = [tip("Nieuw", "photo")]
    page.save_revision().publish()
    assert titles(user) == ["Nieuw"]


def test_what_was_worked_out_costs_only_the_stamp(user, manual, django_assert_num_queries):
    add(manual, tip("Vraag het eerst", "photo"))
    titles(user)
    with django_assert_num_queries(3):
        titles(user)


def test_an_unknown_situation_is_refused(user):
    with pytest.raises(ValueError, match="elsewhere"):
        tips_for_situation("elsewhere", user, "nl")
