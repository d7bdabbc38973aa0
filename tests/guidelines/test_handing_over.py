"""When an owner leaves: what would move is shown, and exactly that happens; nothing is deleted or unpublished."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import Page, PageViewRestriction

from guidelines.leaving_reading import leaving_people
from guidelines.models import ChapterPage, ManualIndexPage, ManualPage, Review
from guidelines.reading.duties import governors
from guidelines.reading.register import Register
from guidelines.services.handing_over import (
    HANDED_OVER,
    LEAVING,
    ORPHANED,
    hand_over,
    hand_over_leavers,
    orphaned_since,
    plan_hand_over,
)
from guidelines.services.reminding import remind_reviews
from guidelines.services.reviewing import offer_text
from notifications.models import Message
from notifications.resolving import resolve
from people.forgetting import forget_person
from people.models import Team, User
from tests.factories import ChapterFactory, ManualFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaver(make_user):
    return make_user(first_name="Vera", email="vera@example.org")


@pytest.fixture
def team(make_user):
    team = Team.objects.create(name="Pompteam")
    team.leads.add(make_user(first_name="Lea"))
    return team


@pytest.fixture
def editor(make_user):
    return make_user(groups=["Editors"], locale="en")


@pytest.fixture
def texts(trunk, leaver, make_user, team):
    """One text for each way it can go, by that way."""
    index = trunk(ManualIndexPage)
    above = ManualFactory(parent=index, title="Van een ander", owner_colleague=make_user(first_name="Boven"))
    return {
        "deputy": ManualFactory(parent=index, owner_colleague=leaver, deputy=make_user(), owning_team=team),
        "team": ManualFactory(parent=index, owner_colleague=leaver, owning_team=team),
        "above": ChapterFactory(parent=above, owner_colleague=leaver),
        "nobody": ManualFactory(parent=index, owner_colleague=leaver, deputy=make_user(is_active=False)),
        "as_deputy": ManualFactory(parent=index, owner_colleague=make_user(), deputy=leaver),
    }


def answers(page):
    return Register().standing(Page.objects.get(pk=page.pk).path).answers


def test_each_way_it_can_go(texts, leaver, team):
    plan = {move.key: move for move in plan_hand_over(leaver)}
    assert {why: plan[page.translation_key].why for why, page in texts.items()} == {why: why for why in texts}
    assert plan[texts["deputy"].translation_key].to == texts["deputy"].deputy_id
    assert plan[texts["team"].translation_key].to == team.leads.get().pk
    assert plan[texts["nobody"].translation_key].to is None


def test_without_a_team_of_the_text_the_leavers_own_team_counts(trunk, leaver, team):
    leaver.team = Team.objects.create(name="Ploeg", parent=team)
    leaver.save()
    ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=leaver)
    assert [(move.why, move.to) for move in plan_hand_over(leaver)] == [("own_team", team.leads.get().pk)]


def test_a_lead_who_leaves_does_not_get_their_own_texts(trunk, leaver, team):
    team.leads.set([leaver])
    ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=leaver, owning_team=team)
    assert [move.why for move in plan_hand_over(leaver)] == ["nobody"]


def test_nobody_gets_what_they_may_not_read(trunk, leaver, make_user, team):
    board = Group.objects.create(name="Board")
    deputy, lead = make_user(), make_user(first_name="Bea")
    board.user_set.add(leaver, lead)
    team.leads.add(lead)
    page = ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=leaver, deputy=deputy, owning_team=team)
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(board)
    assert [(move.why, move.to) for move in plan_hand_over(leaver)] == [("team", lead.pk)]
    hand_over(person=leaver)
    assert answers(page) == (lead.pk,)


def test_who_answers_for_the_page_above_does_not_get_what_they_may_not_read(trunk, leaver, make_user, editor):
    """They would be told of a page that they can't open, and nobody else would."""
    owner = make_user()
    manual = ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=owner)
    chapter = ChapterFactory(parent=manual, owner_colleague=leaver)
    board = Group.objects.create(name="Board")
    restriction = PageViewRestriction.objects.create(page=chapter, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.add(board)
    assert [(move.to, move.why) for move in plan_hand_over(leaver)] == [(None, "nobody")]
    hand_over(person=leaver)
    assert Message.objects.filter(kind=ORPHANED, recipient=editor).count() == 1
    assert not Message.objects.filter(recipient=owner).exists()
    board.user_set.add(owner)
    chapter.refresh_from_db()
    chapter.owner_colleague = leaver
    chapter.save()
    assert [(move.to, move.why) for move in plan_hand_over(leaver)] == [(owner.pk, "above")]


def test_many_of_ones_people_cost_no_more(leaver, make_user, trunk):
    manager = make_user()
    ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=leaver)
    User.objects.filter(pk=leaver.pk).update(manager=manager, end_date=timezone.localdate())
    with CaptureQueriesContext(connection) as few:
        assert len(leaving_people(manager, "nl")) == 1
    for _number in range(10):
        make_user(manager=manager, end_date=timezone.localdate())
    with CaptureQueriesContext(connection) as many:
        assert len(leaving_people(manager, "nl")) == 1
    assert len(many) <= len(few)


def test_many_texts_that_are_nobodys_cost_no_more(leaver, editor, make_user, trunk):
    index, later = trunk(ManualIndexPage), timezone.now() + timedelta(days=20)

    def orphan():
        ManualFactory(parent=index, owner_colleague=leaver, review_by=timezone.localdate())
        hand_over(person=leaver)

    orphan()
    with CaptureQueriesContext(connection) as few:
        hand_over_leavers(later)
        remind_reviews(later)
    for _number in range(5):
        orphan()
    with CaptureQueriesContext(connection) as many:
        hand_over_leavers(later)
        remind_reviews(later + timedelta(days=7))
    asked = [sum("govern_manuals" in query["sql"] for query in context) for context in (few, many)]
    assert asked[1] <= asked[0]


def test_what_happens_is_what_was_shown(texts, leaver, editor):
    plan = plan_hand_over(leaver)
    live = set(Page.objects.live().values_list("pk", flat=True))
    leaver.is_active = False
    leaver.save()
    assert len(plan) == 5
    # And the deputy of one of them, who left before.
    assert hand_over_leavers(timezone.now()) == 6
    for move in plan:
        if move.why != "as_deputy":
            assert answers(Page.objects.get(pk=move.page)) == ((move.to,) if move.to else ()), move
    assert ManualPage.objects.get(pk=texts["as_deputy"].pk).deputy is None
    assert answers(texts["as_deputy"]) == (texts["as_deputy"].owner_colleague_id,)
    assert set(Page.objects.live().values_list("pk", flat=True)) == live
    for model in (ManualPage, ChapterPage):
        assert not model.objects.filter(owner_colleague=leaver).exists()
    # Again: nothing is left to move, and nobody is told twice.
    told = Message.objects.count()
    assert hand_over_leavers(timezone.now()) == 0
    assert Message.objects.count() == told


def test_whoever_gets_something_hears_so_once_and_editors_hear_of_the_rest(texts, leaver, team, editor):
    hand_over(person=leaver)
    lead, deputy = team.leads.get(), texts["deputy"].deputy
    assert set(Message.objects.filter(kind=HANDED_OVER).values_list("recipient", flat=True)) == {
        lead.pk,
        deputy.pk,
        *answers(texts["above"]),
    }
    message = Message.objects.get(kind=ORPHANED)
    assert message.recipient == editor
    with override("en"):
        assert resolve(message).title.startswith("1 text has no owner any more")
        assert "Vera" in resolve(Message.objects.get(kind=HANDED_OVER, recipient=lead)).title
    ManualPage.objects.filter(pk=texts["nobody"].pk).update(owner_colleague=lead)
    assert resolve(message) is None


def test_editors_hear_again_after_14_days_once(texts, leaver, editor, time_machine):
    start = datetime(2026, 10, 5, 8, tzinfo=UTC)
    time_machine.move_to(start, tick=False)
    hand_over(person=leaver)
    key = texts["nobody"].translation_key
    assert orphaned_since([key]) == {key: start}
    for days, told in ((13, 1), (14, 2), (15, 2)):
        moment = start + timedelta(days=days)
        time_machine.move_to(moment, tick=False)
        hand_over_leavers(moment)
        assert Message.objects.filter(kind=ORPHANED, recipient=editor).count() == told


def test_the_day_after_the_last_day_and_not_before(trunk, leaver, make_user, time_machine):
    page = ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=leaver, deputy=make_user())
    last = datetime(2026, 10, 9, 12, tzinfo=UTC)
    User.objects.filter(pk=leaver.pk).update(end_date=last.date())
    time_machine.move_to(last, tick=False)
    assert hand_over_leavers(last) == 0
    time_machine.move_to(last + timedelta(days=1), tick=False)
    assert hand_over_leavers(last + timedelta(days=1)) == 1
    assert answers(page) == (page.deputy_id,)


def test_drafts_and_unpublished_pages_move_as_well(trunk, leaver, make_user):
    deputy = make_user()
    page = ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=leaver, deputy=deputy, title="Klad")
    page.save_revision()
    page.unpublish()
    hand_over(person=leaver)
    page.refresh_from_db()
    assert (page.live, page.owner_colleague) == (False, deputy)
    assert page.get_latest_revision_as_object().owner_colleague == deputy


def test_questions_of_and_to_who_left_are_over(trunk, leaver, make_user):
    other = make_user()
    page = ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=other)
    delegation = offer_text(key=page.translation_key, by=other, to=leaver)
    hand_over(person=leaver)
    delegation.refresh_from_db()
    assert delegation.state == "withdrawn"


def test_who_comes_back_gets_nothing_back_by_itself(trunk, leaver, make_user):
    deputy = make_user()
    page = ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=leaver, deputy=deputy)
    User.objects.filter(pk=leaver.pk).update(is_active=False)
    hand_over_leavers(timezone.now())
    User.objects.filter(pk=leaver.pk).update(is_active=True)
    hand_over_leavers(timezone.now())
    assert answers(page) == (deputy.pk,)
    assert Review.objects.get().by == leaver


def test_who_is_forgotten_leaves_their_texts_to_others(trunk, leaver, make_user):
    deputy = make_user()
    page = ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=leaver, deputy=deputy)
    forget_person(person=leaver, by=None)
    assert answers(page) == (deputy.pk,)
    assert Review.objects.get().by is None


def test_a_manager_sees_and_hears_what_will_move_and_a_stranger_does_not(as_user, leaver, make_user, trunk):
    manager = make_user(locale="en")
    page = ManualFactory(parent=trunk(ManualIndexPage), title="Pompen", owner_colleague=leaver, deputy=make_user())
    User.objects.filter(pk=leaver.pk).update(manager=manager, end_date=timezone.localdate() + timedelta(10))
    hand_over_leavers(timezone.now())
    hand_over_leavers(timezone.now())
    message = Message.objects.get(kind=LEAVING)
    assert message.recipient == manager
    with override("en"):
        assert resolve(message).title == "Vera de Vries is leaving: see who gets 1 text"
    shown = as_user(manager).get("/en/manuals/reviews/leaving/").content.decode()
    assert "Pompen" in shown
    assert page.deputy.get_full_name() in shown
    assert "Pompen" not in as_user(make_user()).get("/en/manuals/reviews/leaving/").content.decode()


def test_administrators_see_it_on_the_account(as_user, leaver, make_user, trunk):
    page = ManualFactory(parent=trunk(ManualIndexPage), title="Pompen", owner_colleague=leaver, deputy=make_user())
    client = as_user(make_user(is_superuser=True, locale="en"))
    shown = client.get(reverse("wagtailusers_users:edit", args=[leaver.pk])).content.decode()
    assert "What moves when this colleague leaves" in shown
    assert page.deputy.get_full_name() in shown
    other = client.get(reverse("wagtailusers_users:edit", args=[make_user().pk])).content.decode()
    assert "What moves when this colleague leaves" not in other


def test_editors_are_who_governs(make_user):
    boss = make_user(is_superuser=True)
    assert governors() == [boss]
    editor = make_user()
    editor.groups.add(Group.objects.get(name="Editors"))
    assert governors() == [editor]
