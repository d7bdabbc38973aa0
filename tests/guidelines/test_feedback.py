"""Was this useful: one vote a person and version, words for who answers for the text, and an answer back."""

import json

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import PageViewRestriction

from guidelines.models import ChapterPage, Feedback, ManualIndexPage, ManualPage
from guidelines.reading.receivers import receivers_of
from guidelines.services.feedback import ANSWERED, KEEP_NAMES, RECEIVED, give_feedback, let_go_of_names
from notifications.models import Message
from notifications.resolving import gather, resolve
from people.forgetting import forget_person
from people.personal_data import collect
from tests.factories import ChapterFactory, ManualFactory

from .test_changes import fresh, large, publish

pytestmark = pytest.mark.django_db
WORDS = "Het nummer van de wacht ontbreekt."


@pytest.fixture
def owner(make_user):
    return make_user(first_name="Joost")


@pytest.fixture
def manual(trunk, owner):
    return publish(ManualFactory(parent=trunk(ManualIndexPage), title="Veilig werken", owner_colleague=owner))


@pytest.fixture
def chapter(manual):
    return publish(ChapterFactory(parent=fresh(manual), title="Lijm"))


def give_url(page) -> str:
    return f"/en/manuals/{page.pk}/feedback/"


def item_url(row) -> str:
    return f"/en/manuals/feedback/{row.pk}/"


def say(user, page, useful=False, comment=WORDS, edition=0, **fields) -> Feedback:
    return give_feedback(page=page, edition=edition, user=user, is_useful=useful, comment=comment, **fields)


def soup(response) -> BeautifulSoup:
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def told(user, kind) -> list:
    with override("en"):
        return [resolve(message) for message in Message.objects.filter(recipient=user, kind=kind)]


def test_one_vote_a_person_and_changing_ones_mind_replaces_it(as_user, user, manual):
    client = as_user(user)
    for useful in ("yes", "yes", "no"):
        assert client.post(give_url(manual), {"useful": useful}).status_code == 302
    row = Feedback.objects.get()
    assert (row.user, row.is_useful, row.comment) == (user, False, "")
    assert not Message.objects.filter(kind=RECEIVED).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Feedback.objects.create(
            user=user, page_key=manual.translation_key, language="nl", is_useful=True, given_at=timezone.now()
        )


def test_another_vote_leaves_the_words_and_emptied_words_are_taken_back(as_user, user, manual, owner):
    client = as_user(user)
    client.post(give_url(manual), {"useful": "no", "comment": WORDS})
    client.post(give_url(manual), {"useful": "yes"})
    assert Feedback.objects.get().comment == WORDS
    client.post(give_url(manual), {"useful": "yes", "comment": ""})
    assert Feedback.objects.get().comment == ""
    assert told(owner, RECEIVED) == [None]


def test_languages_share_their_votes(as_user, user, manual):
    alias = manual.get_translations().get()
    client = as_user(user)
    client.post(give_url(manual), {"useful": "yes"})
    client.post(give_url(alias), {"useful": "no"})
    assert Feedback.objects.get().is_useful is False


def test_a_large_change_asks_anew_and_a_small_one_does_not(as_user, user, manual):
    client = as_user(user)
    client.post(give_url(manual), {"useful": "yes"})
    publish(manual)
    assert soup(client.get(manual.url)).select_one("#useful-yes")["aria-pressed"] == "true"
    large(manual)
    assert soup(client.get(manual.url)).select_one("#useful-yes")["aria-pressed"] == "false"
    client.post(give_url(manual), {"useful": "no"})
    assert sorted(Feedback.objects.values_list("edition", "is_useful")) == [(0, True), (1, False)]


def test_no_without_words_offers_search_and_yes_does_not(as_user, user, manual):
    client = as_user(user)
    client.post(give_url(manual), {"useful": "no"})
    part = soup(client.get(manual.url)).select_one("#feedback")
    assert part.select_one(f'a[href="{reverse("search:results")}"]') or part.select_one('a[href="/nl/search/"]')
    client.post(give_url(manual), {"useful": "yes"})
    assert soup(client.get(manual.url)).select_one("#feedback .callout") is None


def test_htmx_gets_the_part_and_others_go_back_to_the_page(as_user, user, manual):
    client = as_user(user)
    part = client.post(give_url(manual), {"useful": "yes"}, headers={"HX-Request": "true"})
    assert soup(part).select_one("#useful-yes")["aria-pressed"] == "true"
    response = client.post(give_url(manual), {"useful": "yes"})
    assert response["Location"].endswith(f"{fresh(manual).url}#feedback")


def test_the_score_shows_from_five_votes(as_user, make_user, manual):
    for number in range(4):
        say(make_user(), manual, useful=number > 0, comment="")
    client = as_user(make_user())
    assert "van de 4" not in client.get(manual.url).content.decode()
    assert "of 4 colleagues" not in client.get(give_url(manual)).content.decode()
    client.post(give_url(manual), {"useful": "yes"})
    with_score = soup(client.get(manual.get_translations().get().url)).select_one("#feedback").get_text()
    assert "4 of 5 colleagues" in with_score


@pytest.mark.parametrize("sent", [{}, {"useful": "maybe"}, {"useful": "yes", "comment": "x" * 1001}])
def test_bad_input_is_said_beside_its_field_and_keeps_what_was_typed(as_user, user, manual, sent):
    sent = {"comment": "Dit bleef staan.", **sent}
    response = as_user(user).post(give_url(manual), sent)
    page = soup(response)
    assert page.select_one(".field--error") and not Feedback.objects.exists()
    assert sent["comment"] in page.select_one("textarea").get_text()


@pytest.mark.parametrize("words", ["a\0b", "half \ud83d", "🦆" * 1000])
def test_odd_signs_are_kept_as_far_as_they_can_be(as_user, user, manual, words):
    data = {"useful": "yes", "comment": words.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
    assert as_user(user).post(give_url(manual), data).status_code == 302
    assert "\0" not in Feedback.objects.get().comment


@pytest.mark.parametrize("name", ["give_feedback", "follow", "unfollow"])
def test_a_page_that_is_closed_or_no_manual_takes_nothing(as_user, make_user, manual, trunk, name):
    member, outsider = make_user(groups=["Insiders"]), make_user()
    PageViewRestriction.objects.create(page=manual, restriction_type="groups").groups.set(member.groups.all())
    client = as_user(outsider)
    for number in (manual.pk, trunk(ManualIndexPage).pk, 0, 2**31, 10**20):
        address = f"/en/manuals/{number}/{'feedback' if name == 'give_feedback' else name}/"
        assert client.post(address, {"useful": "yes"}).status_code == 404, number
    assert not Feedback.objects.exists()


# Who gets it


def test_the_nearest_owner_gets_it_also_of_a_chapter(as_user, user, chapter, owner):
    as_user(user).post(give_url(chapter), {"useful": "no", "comment": WORDS})
    [content] = told(owner, RECEIVED)
    assert content.title == "A colleague wrote about “Lijm”" and content.text == WORDS


def test_where_the_owner_left_the_deputy_gets_it_and_without_both_the_editors(make_user, chapter, owner):
    deputy, editor = make_user(first_name="Yara"), make_user(groups=["Editors"])
    ManualPage.objects.update(deputy=deputy)
    assert receivers_of(chapter) == [owner]
    owner.is_active = False
    owner.save()
    assert receivers_of(chapter) == [deputy]
    ManualPage.objects.update(deputy=None)
    assert receivers_of(chapter) == [editor]


def test_a_name_shows_only_where_it_was_ticked(as_user, make_user, manual, owner):
    silent, named = make_user(first_name="Zwijger"), make_user(first_name="Prater")
    rows = [say(silent, manual), say(named, manual, with_name=True)]
    client = as_user(owner)
    for address in ("/en/manuals/feedback/", *map(item_url, rows)):
        content = client.get(address).content.decode()
        assert "Zwijger" not in content and silent.email not in content
    assert "Prater" in client.get("/en/manuals/feedback/").content.decode()
    assert {content.title for content in told(owner, RECEIVED)} == {
        "A colleague wrote about “Veilig werken”",
        "Prater de Vries wrote about “Veilig werken”",
    }
    assert "Zwijger" not in str(Message.objects.filter(recipient=owner).values_list("payload", "key", "thread"))


def test_what_came_on_one_day_is_one_message(make_user, manual, chapter, owner):
    for page in (manual, chapter):
        say(make_user(), page)
    with override("en"):
        items, _lapsed = gather(Message.objects.filter(recipient=owner, kind=RECEIVED))
    assert [item.content.title for item in items] == ["2 comments on what you answer for"]


def test_the_same_words_sent_twice_are_told_once(as_user, user, manual, owner):
    for _click in range(2):
        as_user(user).post(give_url(manual), {"useful": "no", "comment": WORDS})
    assert Message.objects.filter(recipient=owner, kind=RECEIVED).count() == 1


# Answering


def test_the_answer_reaches_who_wrote_it(as_user, user, manual, owner):
    row = say(user, manual)
    client = as_user(owner)
    data = {"status": "planned", "answer": "Komt erbij.", "version": row.version}
    assert client.post(item_url(row), data).status_code == 302
    assert client.post(item_url(row), data).status_code == 302
    [content] = told(user, ANSWERED)
    assert content.title == "Something will be done with what you wrote about “Veilig werken”"
    assert content.text == "Komt erbij."
    assert told(owner, RECEIVED) == [None]
    mine = soup(as_user(user).get("/en/manuals/mine/"))
    assert "Komt erbij." in mine.select_one(f"#feedback-{row.pk}").get_text()
    assert "Komt erbij." in soup(as_user(user).get(manual.url)).select_one("#feedback").get_text()


def test_the_list_is_filtered_by_what_became_of_it(as_user, make_user, manual, owner):
    rows = {status: say(make_user(), manual, comment=f"Over {status}.") for status in ("open", "planned", "done")}
    for status, row in rows.items():
        Feedback.objects.filter(pk=row.pk).update(status=status)
    client = as_user(owner)
    for status in rows:
        page = soup(client.get(f"/en/manuals/feedback/?status={status}"))
        assert [quote.get_text().strip() for quote in page.select("blockquote")] == [f"Over {status}."]
    assert len(soup(client.get("/en/manuals/feedback/?status=all")).select("blockquote")) == 3
    for odd in ("nonsense", "%00", "open'--"):
        assert len(soup(client.get(f"/en/manuals/feedback/?status={odd}&page=x")).select("blockquote")) == 1


def test_a_strangers_feedback_is_not_there(as_user, make_user, user, manual):
    row = say(user, manual)
    for reader in (make_user(), user, make_user(groups=["Editors"])):
        client = as_user(reader)
        assert soup(client.get("/en/manuals/feedback/?status=all")).select("blockquote") == []
        assert client.get(item_url(row)).status_code == 404
        answer = {"status": "done", "answer": "Ha.", "version": row.version}
        assert client.post(item_url(row), answer).status_code == 404
    assert as_user(user).get(f"/en/manuals/feedback/{10**20}/").status_code == 404
    assert Feedback.objects.get().status == "open"


def test_who_takes_over_a_text_gets_what_waits_and_who_gave_it_up_no_longer(as_user, make_user, user, manual, owner):
    row, successor = say(user, manual), make_user()
    ManualPage.objects.update(owner_colleague=successor)
    assert as_user(successor).get(item_url(row)).status_code == 200
    assert as_user(owner).get(item_url(row)).status_code == 404
    assert told(owner, RECEIVED) == [None]


def test_a_chapter_with_an_owner_of_its_own_is_not_the_manuals(as_user, make_user, user, chapter, owner):
    near = make_user()
    ChapterPage.objects.update(owner_colleague=near)
    row = say(user, fresh(chapter))
    assert as_user(near).get(item_url(row)).status_code == 200
    assert as_user(owner).get(item_url(row)).status_code == 404


def test_editors_get_what_nobody_answers_for(as_user, make_user, user, manual):
    ManualPage.objects.update(owner_colleague=None)
    row, editor = say(user, fresh(manual)), make_user(groups=["Editors"])
    assert as_user(editor).get(item_url(row)).status_code == 200
    assert as_user(make_user()).get(item_url(row)).status_code == 404


def test_an_owner_who_may_no_longer_see_the_text_sees_nothing(as_user, make_user, user, manual, owner):
    row, member = say(user, manual), make_user(groups=["Insiders"])
    PageViewRestriction.objects.create(page=manual, restriction_type="groups").groups.set(member.groups.all())
    assert as_user(owner).get(item_url(row)).status_code == 404
    assert told(owner, RECEIVED) == [None]


def test_two_tabs_dont_answer_what_was_changed_meanwhile(as_user, user, manual, owner):
    row = say(user, manual)
    say(user, manual, comment="Iets heel anders.")
    response = as_user(owner).post(
        item_url(row), {"status": "done", "answer": "Klopt niet meer.", "version": row.version}
    )
    page = soup(response)
    assert page.select_one(".error-summary") and "Klopt niet meer." in page.select_one("textarea").get_text()
    assert "Iets heel anders." in page.get_text()
    assert Feedback.objects.get().status == "open"
    version = page.select_one("[name=version]")["value"]
    again = {"status": "done", "answer": "Nu wel.", "version": version}
    assert as_user(owner).post(item_url(row), again).status_code == 302


@pytest.mark.parametrize("sent", [{"status": "gone"}, {"version": "x"}, {"version": "9" * 30}, {"answer": "x" * 1001}])
def test_a_bad_answer_keeps_what_was_typed(as_user, user, manual, owner, sent):
    row = say(user, manual)
    data = {"status": "done", "answer": "Bewaar dit.", "version": row.version, **sent}
    page = soup(as_user(owner).post(item_url(row), data))
    assert data["answer"] in page.select_one("textarea").get_text()
    assert Feedback.objects.get().status == "open"


def test_new_words_open_it_again_and_keep_the_answer(as_user, user, manual, owner):
    row = say(user, manual)
    data = {"status": "done", "answer": "Staat er nu.", "version": row.version}
    as_user(owner).post(item_url(row), data)
    say(user, manual, comment="Nog steeds niet.")
    row.refresh_from_db()
    assert (row.status, row.answer) == ("open", "Staat er nu.")


# The person behind it


def test_everything_of_theirs_goes_along_and_forgetting_leaves_no_name(make_user, user, manual):
    say(user, manual, with_name=True)
    data = collect(user)["manuals"]
    assert data["feedback"][0]["comment"] == WORDS and data["feedback"][0]["text"] == "Veilig werken"
    assert user.email not in json.dumps(data)
    forget_person(person=user, by=make_user(is_superuser=True))
    row = Feedback.objects.get()
    assert (row.user, row.with_name, row.comment) == (None, False, WORDS)


def test_old_votes_lose_their_person_once_a_newer_version_stands(user, make_user, manual):
    now = timezone.now()
    say(user, manual, comment="")
    waiting = say(make_user(), manual)
    assert let_go_of_names(now + KEEP_NAMES * 2) == 0
    large(manual)
    assert let_go_of_names(now) == 0
    assert let_go_of_names(now + KEEP_NAMES * 2) == 1
    waiting.refresh_from_db()
    assert waiting.user is not None


def test_the_list_costs_the_same_with_ten_times_the_feedback(
    as_user, make_user, manual, owner, django_assert_max_num_queries
):
    say(make_user(), manual)
    client = as_user(owner)
    client.get("/en/manuals/feedback/")
    with django_assert_max_num_queries(18):
        client.get("/en/manuals/feedback/")
    for number in range(10):
        page = publish(ChapterFactory(parent=fresh(manual), title=f"Hoofdstuk {number}"))
        say(make_user(), page)
    client.get("/en/manuals/feedback/")
    with django_assert_max_num_queries(18):
        client.get("/en/manuals/feedback/")
