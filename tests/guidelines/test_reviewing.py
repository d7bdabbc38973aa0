"""What an owner does in the portal: still right, later, hand on; refused to strangers, and the same when done twice."""

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from dateutil.relativedelta import relativedelta
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from base.translation.status import State, translation_states
from guidelines.models import ChapterPage, Delegation, ManualIndexPage, ManualPage, Review
from guidelines.reading.register import Register
from guidelines.services.reviewing import (
    AlreadyOffered,
    OfferOver,
    answer_offer,
    confirm_text,
    offer_text,
    postpone_review,
)
from notifications.models import Message
from tests.factories import ChapterFactory, ManualFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
NAMES = ("confirm", "postpone", "offer", "text")


@pytest.fixture
def owner(make_user):
    return make_user(first_name="Olga", locale="en")


@pytest.fixture
def manual(trunk, owner):
    return ManualFactory(
        parent=trunk(ManualIndexPage),
        title="Pompen",
        owner_colleague=owner,
        review_months=6,
        reviewed_on=TODAY - timedelta(200),
    )


def text(manual):
    return Register(today=timezone.localdate()).text(manual.translation_key)


def address(name, manual):
    return (
        f"/en/manuals/reviews/{manual.translation_key}/"
        + {
            "text": "",
            "confirm": "right/",
            "postpone": "later/",
            "offer": "hand-on/",
        }[name]
    )


def test_the_list_has_only_ones_own_longest_overdue_first(as_user, owner, make_user, trunk, manual):
    index = trunk(ManualIndexPage)
    ManualFactory(parent=index, title="Later", owner_colleague=owner, review_by=TODAY + timedelta(10))
    ManualFactory(parent=index, title="Nooit", owner_colleague=owner)
    ManualFactory(parent=index, title="Eerder", owner_colleague=owner, review_by=TODAY - timedelta(400))
    ManualFactory(parent=index, title="Van een ander", owner_colleague=make_user())
    response = as_user(owner).get("/en/manuals/reviews/")
    assert [duty.page.title for duty in response.context["page_obj"]] == ["Eerder", "Pompen", "Later", "Nooit"]
    assert "Van een ander" not in response.content.decode()
    narrowed = as_user(owner).get(f"/en/manuals/reviews/?state=overdue&manual={manual.translation_key}")
    assert [duty.page.title for duty in narrowed.context["page_obj"]] == ["Pompen"]


def test_the_list_costs_the_same_for_many(as_user, owner, trunk, manual):
    client = as_user(owner)
    client.get("/en/manuals/reviews/")
    with CaptureQueriesContext(connection) as few:
        client.get("/en/manuals/reviews/")
    for number in range(20):
        ManualFactory(parent=trunk(ManualIndexPage), owner_colleague=owner, title=f"Nog {number}")
    client.get("/en/manuals/reviews/")
    with CaptureQueriesContext(connection) as many:
        assert len(client.get("/en/manuals/reviews/").context["page_obj"]) == 21
    assert len(many) == len(few) <= 24


def test_still_right_sets_today_and_the_next_day_once(as_user, owner, manual):
    client = as_user(owner)
    for _time in range(2):
        assert client.post(address("confirm", manual)).status_code == 302
    manual.refresh_from_db()
    assert (manual.reviewed_on, manual.review_by) == (TODAY, None)
    assert text(manual).review_by == TODAY + relativedelta(months=6)
    assert list(Review.objects.values_list("kind", "by", "page_key")) == [("checked", owner.pk, manual.translation_key)]


def test_without_an_interval_it_is_due_again_in_a_year(owner, manual):
    ManualPage.objects.filter(pk=manual.pk).update(review_months=None)
    assert confirm_text(key=manual.translation_key, by=owner)
    assert text(manual).review_by == TODAY + relativedelta(months=12)


def test_a_check_reaches_the_draft_and_publishes_nothing(owner, manual):
    manual.title = "Nog niet af"
    manual.save_revision()
    confirm_text(key=manual.translation_key, by=owner)
    manual.refresh_from_db()
    assert (manual.title, manual.reviewed_on) == ("Pompen", TODAY)
    draft = manual.get_latest_revision_as_object()
    assert (draft.title, draft.reviewed_on) == ("Nog niet af", TODAY)


def test_a_chapter_without_dates_is_checked_with_its_manual(owner, manual):
    chapter = ChapterFactory(parent=manual, title="Kleppen")
    confirm_text(key=manual.translation_key, by=owner)
    assert Register().standing(ChapterPage.objects.get(pk=chapter.pk).path).reviewed_on == TODAY


def _translated(manual):
    manual.save_revision().publish()
    english = Locale.objects.get(language_code="en")
    twin = ManualPage.objects.get(translation_key=manual.translation_key, locale=english)
    ManualPage.objects.filter(pk=twin.pk).update(alias_of=None, live=True)
    twin.refresh_from_db()
    twin.title = "Pumps"
    twin.save_revision().publish()
    return twin


def test_a_check_counts_for_both_languages_unless_the_translation_lags_behind(owner, manual):
    twin = _translated(manual)
    confirm_text(key=manual.translation_key, by=owner)
    twin.refresh_from_db()
    assert twin.reviewed_on == TODAY

    ManualPage.objects.filter(translation_key=manual.translation_key).update(reviewed_on=TODAY - timedelta(200))
    Review.objects.all().delete()
    manual.refresh_from_db()
    manual.title = "Pompen en meer"
    manual.save_revision().publish()
    state = translation_states(ManualPage.objects.filter(pk=manual.pk)).get().state
    assert state == State.BEHIND
    confirm_text(key=manual.translation_key, by=owner)
    twin.refresh_from_db()
    manual.refresh_from_db()
    assert (manual.reviewed_on, twin.reviewed_on) == (TODAY, TODAY - timedelta(200))


@pytest.mark.parametrize("name", NAMES)
def test_somebody_elses_text_is_not_there(as_user, make_user, manual, name):
    client = as_user(make_user())
    sent = {"until": TODAY + timedelta(7), "reason": "druk", "to": "Olga", "seen": ""}
    assert client.post(address(name, manual), sent).status_code in (404, 405)
    assert client.get(address(name, manual)).status_code in (404, 405)
    manual.refresh_from_db()
    assert manual.reviewed_on == TODAY - timedelta(200)
    assert not Review.objects.exists()


@pytest.mark.parametrize("name", NAMES)
def test_a_text_that_is_not_there(as_user, owner, name):
    assert as_user(owner).post(address(name, ManualPage(translation_key=uuid.uuid4()))).status_code in (404, 405)


def test_nothing_changes_by_looking_or_without_signing_in(client, as_user, owner, manual):
    assert client.post(address("confirm", manual)).status_code == 302
    assert not Review.objects.exists()
    assert as_user(owner).get(address("confirm", manual)).status_code == 405


def test_a_text_its_owner_may_not_read_is_not_shown(as_user, owner, manual):
    PageViewRestriction.objects.create(page=manual, restriction_type=PageViewRestriction.GROUPS)
    assert "Pompen" not in as_user(owner).get("/en/manuals/reviews/").content.decode()
    assert as_user(owner).post(address("confirm", manual)).status_code == 404


def _later(client, manual, days=14, reason="We wachten op de nieuwe pomp.", seen=None):
    seen = text(manual).review_by if seen is None else seen
    return client.post(
        address("postpone", manual),
        {"until": (TODAY + timedelta(days)).isoformat(), "reason": reason, "seen": seen.isoformat() if seen else ""},
    )


def test_later_twice_with_a_reason_and_the_third_time_says_why_not(as_user, owner, manual):
    client = as_user(owner)
    assert _later(client, manual, 10).status_code == 302
    assert text(manual).review_by == TODAY + timedelta(10)
    assert _later(client, manual, 20).status_code == 302
    response = _later(client, manual, 30, reason="Nog even")
    assert response.status_code == 422
    assert "put off twice already" in response.context["form"].errors["until"][0]
    assert response.context["form"]["reason"].value() == "Nog even"
    assert text(manual).review_by == TODAY + timedelta(20)
    assert text(manual).reviewed_on == TODAY - timedelta(200)
    # A check begins anew.
    confirm_text(key=manual.translation_key, by=owner)
    assert _later(client, manual, 40).status_code == 302


def test_later_sent_twice_counts_once(as_user, owner, manual):
    client, seen = as_user(owner), text(manual).review_by
    for _time in range(2):
        assert _later(client, manual, 10, seen=seen).status_code == 302
    assert Review.objects.filter(kind="postponed").count() == 1


def test_later_after_it_was_changed_in_another_window_is_shown_anew(as_user, owner, manual):
    client, seen = as_user(owner), text(manual).review_by
    _later(client, manual, 10, seen=seen)
    response = _later(client, manual, 20, seen=seen)
    assert response.status_code == 422
    assert "changed meanwhile" in response.context["form"].errors["until"][0]
    assert response.context["form"]["seen"].value() == (TODAY + timedelta(10)).isoformat()
    assert text(manual).review_by == TODAY + timedelta(10)


@pytest.mark.parametrize(
    ("until", "reason", "field"),
    [
        (TODAY.isoformat(), "druk", "until"),
        ((TODAY + timedelta(91)).isoformat(), "druk", "until"),
        ("31-02-2026", "druk", "until"),
        ("9" * 400, "druk", "until"),
        ("\0", "druk", "until"),
        ((TODAY + timedelta(5)).isoformat(), "", "reason"),
        ((TODAY + timedelta(5)).isoformat(), "\0 ", "reason"),
        ((TODAY + timedelta(5)).isoformat(), "x" * 301, "reason"),
    ],
    ids=["today", "too far", "no day", "long", "nul", "no reason", "nul as reason", "long reason"],
)
def test_bad_input_is_said_beside_its_field(as_user, owner, manual, until, reason, field):
    response = as_user(owner).post(address("postpone", manual), {"until": until, "reason": reason, "seen": ""})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Review.objects.exists()


def test_the_database_knows_no_third_delay(manual, owner):
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            page_key=manual.translation_key, kind="postponed", by=owner, reason="x", on=TODAY, until=TODAY, delay=3
        )


def test_handing_on_stays_with_the_owner_until_the_other_accepts(as_user, owner, make_user, manual):
    other = make_user(first_name="Anke", last_name="Bos", locale="en")
    client = as_user(owner)
    for _time in range(2):
        response = client.post(address("offer", manual), {"to": "anke bos", "note": "Jij kent de kleppen."})
        assert response.status_code == 302
    assert text(manual).answers == (owner.pk,)
    delegation = Delegation.objects.get()
    assert Message.objects.filter(recipient=other, kind="manuals.offered").count() == 1
    page = as_user(other).get("/en/manuals/reviews/").content.decode()
    assert "Jij kent de kleppen." in page
    answer = reverse("reviews:answer", args=[delegation.key])
    for _time in range(2):
        assert as_user(other).post(answer, {"accept": "true"}).status_code == 302
    assert text(manual).answers == (other.pk,)
    manual.refresh_from_db()
    assert manual.owner_colleague == other
    assert Message.objects.filter(recipient=owner, kind="manuals.offer_answered").count() == 1
    assert set(Review.objects.values_list("kind", flat=True)) == {"offered", "taken_over"}


def test_who_is_asked_may_say_no_and_nobody_else_may_answer(as_user, owner, make_user, manual):
    other = make_user()
    delegation = offer_text(key=manual.translation_key, by=owner, to=other)
    answer = reverse("reviews:answer", args=[delegation.key])
    for stranger in (make_user(), owner):
        assert as_user(stranger).post(answer, {"accept": "true"}).status_code == 404
    assert as_user(other).post(answer, {"accept": "misschien"}).status_code == 400
    assert as_user(other).post(answer, {"accept": "false"}).status_code == 302
    assert as_user(other).post(answer, {"accept": "true"}).status_code == 302
    assert text(manual).answers == (owner.pk,)
    assert Delegation.objects.get().state == "declined"


def test_only_one_is_asked_at_a_time_and_the_question_can_be_taken_back(as_user, owner, make_user, manual):
    first, second = make_user(email="een@example.org"), make_user(email="twee@example.org")
    delegation = offer_text(key=manual.translation_key, by=owner, to=first)
    with pytest.raises(AlreadyOffered):
        offer_text(key=manual.translation_key, by=owner, to=second)
    response = as_user(owner).post(address("offer", manual), {"to": "twee@example.org"})
    assert response.status_code == 422
    assert "was asked already" in response.context["form"].errors["to"][0]
    assert as_user(make_user()).post(reverse("reviews:withdraw", args=[delegation.key])).status_code == 404
    assert as_user(owner).post(reverse("reviews:withdraw", args=[delegation.key])).status_code == 302
    with pytest.raises(OfferOver):
        answer_offer(delegation=delegation, accept=True)
    assert offer_text(key=manual.translation_key, by=owner, to=second).to == second


def test_nobody_takes_over_what_the_asker_no_longer_has(owner, make_user, manual):
    other, third = make_user(), make_user()
    delegation = offer_text(key=manual.translation_key, by=owner, to=other)
    ManualPage.objects.filter(pk=manual.pk).update(owner_colleague=third)
    with pytest.raises(OfferOver):
        answer_offer(delegation=delegation, accept=True)
    assert text(manual).answers == (third.pk,)


@pytest.mark.parametrize("to", ["niemand", "Olga de Vries", "\0", "x" * 300, ""])
def test_whom_to_ask_is_looked_at(as_user, owner, manual, to):
    response = as_user(owner).post(address("offer", manual), {"to": to})
    assert response.status_code == 422
    assert "to" in response.context["form"].errors
    assert not Delegation.objects.exists()


def test_a_colleague_who_may_not_read_it_cannot_be_asked(as_user, owner, make_user, manual):
    make_user(email="buiten@example.org")
    restriction = PageViewRestriction.objects.create(page=manual, restriction_type=PageViewRestriction.GROUPS)
    make_user(groups=["Buddies"])
    restriction.groups.add(Group.objects.get(name="Buddies"))
    owner.groups.add(Group.objects.get(name="Buddies"))
    response = as_user(owner).post(address("offer", manual), {"to": "buiten@example.org"})
    assert "may not read this page" in response.context["form"].errors["to"][0]


def test_the_deputy_and_an_editor_may_step_in(as_user, make_user, manual):
    deputy, editor = make_user(), make_user(groups=["Editors"])
    ManualPage.objects.filter(pk=manual.pk).update(deputy=deputy)
    assert "Pompen" in as_user(deputy).get("/en/manuals/reviews/").content.decode()
    assert as_user(deputy).post(address("confirm", manual)).status_code == 302
    assert as_user(editor).get(address("text", manual)).status_code == 200
    assert Review.objects.get().by == deputy


def test_what_was_done_is_shown_with_who_and_why(as_user, owner, manual):
    client = as_user(owner)
    _later(client, manual, 10, reason="We wachten op de pomp")
    page = client.get(address("text", manual)).content.decode()
    assert "We wachten op de pomp" in page
    assert "Olga" in page


def test_postponing_needs_the_day_to_be_ahead(owner, manual):
    with pytest.raises(ValueError):
        postpone_review(key=manual.translation_key, by=owner, until=TODAY, reason="x", seen=None)


def test_readers_see_since_when_it_is_not_checked(as_user, user, manual):
    page = as_user(user).get(manual.url.replace("http://localhost", "")).content.decode()
    assert "Niet nagekeken sinds" in page


def test_the_handbook_leads_owners_to_their_texts(as_user, owner, user, manual, trunk):
    index = trunk(ManualIndexPage).url
    assert "/manuals/reviews/" in as_user(owner).get(index).content.decode()
    assert "/manuals/reviews/" not in as_user(user).get(index).content.decode()


def test_every_form_carries_its_token(as_user, owner, make_user, manual, trunk):
    other = ManualFactory(parent=trunk(ManualIndexPage), title="Van een ander", owner_colleague=make_user())
    offer_text(key=other.translation_key, by=other.owner_colleague, to=owner)
    offer_text(key=manual.translation_key, by=owner, to=make_user())
    client = as_user(owner)
    pages = ["/en/manuals/reviews/", *(address(name, manual) for name in ("text", "offer", "postpone"))]
    for page in pages:
        main = BeautifulSoup(client.get(page).content, "html.parser").select_one("main")
        forms = main.select("form[method=post]")
        assert forms
        assert all(form.select_one("input[name=csrfmiddlewaretoken]") for form in forms), page
