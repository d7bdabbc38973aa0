"""Who answers for a text: filled in on it, or as the page above has it, in every language and in drafts."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from guidelines.models import ChapterPage, ManualIndexPage, ManualPage
from guidelines.reading import governance_of
from guidelines.reading.register import Register
from guidelines.services.governing import write_governance
from people.models import Team
from tests.factories import ChapterFactory, ManualFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def manual(trunk):
    return ManualFactory(parent=trunk(ManualIndexPage), title="Pompen")


@pytest.fixture
def chapter(manual):
    return ChapterFactory(parent=manual, title="Kleppen")


def standing(page):
    return Register(today=TODAY).standing(type(page).objects.get(pk=page.pk).path)


def publish_data(page, **values):
    """What the editor's form sends when it publishes this page."""
    return {
        "title": page.title,
        "slug": page.slug,
        "summary": "",
        "keywords": "",
        "image_alt": "",
        "owner_colleague": "",
        "deputy": "",
        "owning_team": "",
        "review_months": "",
        "reviewed_on": "",
        "review_by": "",
        "body-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "comments-MIN_NUM_FORMS": "0",
        "comments-MAX_NUM_FORMS": "",
        **values,
    }


def test_owner_deputy_team_and_interval_come_from_the_nearest_page_above(manual, chapter, make_user):
    owner, deputy, lead = make_user(), make_user(), make_user()
    team = Team.objects.create(name="Pompteam")
    team.leads.add(lead)
    ManualPage.objects.filter(pk=manual.pk).update(
        owner_colleague=owner, deputy=deputy, owning_team=team, review_months=6, reviewed_on=date(2026, 9, 2)
    )
    found = standing(chapter)
    assert (found.answers, found.deputy, found.team, found.months) == ((owner.pk,), deputy.pk, team.pk, 6)
    assert found.review_by == date(2027, 3, 2)
    governance = governance_of(
        ChapterPage.objects.get(pk=chapter.pk), ManualPage.objects.with_owner().filter(pk=manual.pk)
    )
    assert (governance.team, governance.months, governance.review_by) == (team, 6, date(2027, 3, 2))
    assert governance.team_from.pk == manual.pk


def test_a_day_filled_in_by_hand_counts_before_the_interval(manual):
    ManualPage.objects.filter(pk=manual.pk).update(
        review_months=12, reviewed_on=date(2026, 9, 2), review_by=date(2026, 12, 1)
    )
    assert standing(manual).review_by == date(2026, 12, 1)


def test_the_deputy_answers_for_an_owner_who_left_and_then_the_teams_lead(manual, make_user):
    owner, deputy, lead = make_user(is_active=False), make_user(), make_user()
    team = Team.objects.create(name="Ploeg", parent=Team.objects.create(name="Afdeling"))
    team.parent.leads.add(lead)
    pages = ManualPage.objects.filter(pk=manual.pk)
    pages.update(owner_colleague=owner, deputy=deputy, owning_team=team)
    assert standing(manual).answers == (deputy.pk,)
    pages.update(deputy=None)
    # The team has no lead, the one it is part of does.
    assert standing(manual).answers == (lead.pk,)
    pages.update(owning_team=None)
    assert standing(manual).answers == ()


def test_a_moved_chapter_keeps_its_owner_and_otherwise_has_that_of_its_new_manual(trunk, manual, chapter, make_user):
    own, first, second = make_user(), make_user(), make_user()
    ManualPage.objects.filter(pk=manual.pk).update(owner_colleague=first)
    other = ManualFactory(parent=trunk(ManualIndexPage), title="Leidingen", owner_colleague=second)
    inheriting = ChapterFactory(parent=manual, title="Filters")
    ChapterPage.objects.filter(pk=chapter.pk).update(owner_colleague=own)
    for page in (chapter, inheriting):
        ChapterPage.objects.get(pk=page.pk).move(ManualPage.objects.get(pk=other.pk), pos="last-child")
    assert standing(chapter).answers == (own.pk,)
    assert standing(inheriting).answers == (second.pk,)


def test_writing_reaches_what_stands_in_and_drafts_without_publishing_them(manual, make_user):
    owner, successor = make_user(), make_user()
    manual.owner_colleague = owner
    manual.save_revision().publish()
    alias = ManualPage.objects.get(translation_key=manual.translation_key, locale__language_code="en")
    manual.refresh_from_db()
    manual.title = "Nog niet af"
    manual.save_revision()
    write_governance(
        key=manual.translation_key, values={"owner_colleague": successor}, only_where={"owner_colleague": owner}
    )
    manual.refresh_from_db()
    alias.refresh_from_db()
    assert (manual.title, manual.owner_colleague, alias.owner_colleague) == ("Pompen", successor, successor)
    draft = manual.get_latest_revision_as_object()
    assert (draft.title, draft.owner_colleague) == ("Nog niet af", successor)


def test_publishing_without_anybody_is_refused_beside_the_field_and_a_draft_is_not(as_user, make_user, manual):
    client = as_user(make_user(is_superuser=True, locale="en"))
    address = reverse("wagtailadmin_pages:edit", args=[manual.pk])
    response = client.post(address, publish_data(manual, title="Nieuw", **{"action-publish": "1"}))
    assert response.status_code == 200
    assert "Nobody answers for this text yet" in response.context["form"].errors["owner_colleague"][0]
    assert response.context["form"]["title"].value() == "Nieuw"
    assert client.post(address, publish_data(manual, title="Klad")).status_code == 302
    manual.refresh_from_db()
    assert (manual.title, manual.get_latest_revision_as_object().title) == ("Pompen", "Klad")


def test_an_owner_above_is_enough_to_publish(as_user, make_user, manual, chapter):
    ManualPage.objects.filter(pk=manual.pk).update(owner_colleague=make_user())
    client = as_user(make_user(is_superuser=True))
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[chapter.pk]),
        publish_data(chapter, title="Kleppen twee", **{"action-publish": "1"}),
    )
    assert response.status_code == 302
    chapter.refresh_from_db()
    assert chapter.title == "Kleppen twee"


def test_an_owner_who_left_is_none(as_user, make_user, manual, chapter):
    ManualPage.objects.filter(pk=manual.pk).update(owner_colleague=make_user(is_active=False))
    response = as_user(make_user(is_superuser=True)).post(
        reverse("wagtailadmin_pages:edit", args=[chapter.pk]), publish_data(chapter, **{"action-publish": "1"})
    )
    assert "owner_colleague" in response.context["form"].errors


def test_a_new_check_in_the_form_lets_go_of_the_day_that_was(as_user, make_user, manual):
    owner = make_user()
    ManualPage.objects.filter(pk=manual.pk).update(
        owner_colleague=owner, review_months=6, reviewed_on=TODAY - timedelta(400), review_by=TODAY - timedelta(30)
    )
    sent = {
        "owner_colleague": owner.pk,
        "review_months": "6",
        "reviewed_on": TODAY.isoformat(),
        "review_by": (TODAY - timedelta(30)).isoformat(),
        "action-publish": "1",
    }
    client = as_user(make_user(is_superuser=True))
    assert (
        client.post(reverse("wagtailadmin_pages:edit", args=[manual.pk]), publish_data(manual, **sent)).status_code
        == 302
    )
    assert standing(manual).review_by == TODAY + relativedelta(months=6)


def test_the_register_asks_as_much_for_many_as_for_one(trunk, make_user, manual, django_assert_num_queries):
    owner = make_user()
    ManualPage.objects.filter(pk=manual.pk).update(owner_colleague=owner)
    with django_assert_num_queries(5):
        assert len(Register(today=TODAY).of(owner)) == 1
    for number in range(20):
        ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=owner, title=f"Nog {number}")
    with django_assert_num_queries(5):
        assert len(Register(today=TODAY).of(owner)) == 21


def test_a_translation_is_checked_with_its_original(manual, make_user):
    owner = make_user()
    ManualPage.objects.filter(pk=manual.pk).update(owner_colleague=owner)
    manual.refresh_from_db()
    english = Locale.objects.get(language_code="en")
    twin = manual.get_translation_or_none(english) or manual.copy_for_translation(english, alias=True)
    ManualPage.objects.filter(pk=twin.pk).update(live=True)
    assert [text.row.pk for text in Register(today=TODAY).of(owner)] == [manual.pk]


def test_a_deputy_of_a_chapter_stands_in_for_the_owner_above(manual, chapter, make_user):
    owner, deputy, own = make_user(), make_user(), make_user()
    ManualPage.objects.filter(pk=manual.pk).update(owner_colleague=owner, deputy=deputy)
    ChapterPage.objects.filter(pk=chapter.pk).update(deputy=own)
    assert (standing(chapter).answers, standing(chapter).deputy) == ((owner.pk,), own.pk)
    governance = governance_of(
        ChapterPage.objects.select_related("deputy").get(pk=chapter.pk),
        ManualPage.objects.with_owner().filter(pk=manual.pk),
    )
    assert (governance.owner, governance.deputy) == (owner, own)
    owner.is_active = False
    owner.save()
    assert (standing(chapter).answers, standing(manual).answers) == ((own.pk,), (deputy.pk,))
