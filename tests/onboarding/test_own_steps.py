"""Pages that people put on their own path: theirs alone, beside the plan and counted nowhere."""

import json
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.text import slugify
from wagtail.models import Page, PageViewRestriction

from base.stamp import end_request, start_request
from competencies.own_paths import Wanted, known_paths
from guidelines.models import ChapterPage, ManualIndexPage
from onboarding.models import Enrolment, OwnStep
from onboarding.services import complete_step, end_enrolment, enrol
from onboarding.services.erasing import count_answers, erase_answers, erase_enrolment
from onboarding.services.own_steps import add_own_steps, remove_own_step, set_own_step
from people.personal_data import collect
from tests.factories import ChapterFactory, ManualFactory

from .conftest import publish, translate

pytestmark = pytest.mark.django_db

TIP = {"title": "Zeg eerst stop", "text": "Zo.", "do": "", "dont": "", "why": "Dan luistert iedereen.", "example": ""}


@pytest.fixture
def manual(trunk):
    return publish(ManualFactory(parent=trunk(ManualIndexPage), title="Veilig werken"))


@pytest.fixture
def chapter(manual):
    """A chapter with a tip, anchored ``stop``."""
    body = [("tip", {**TIP, "anchor": "stop"})]
    return publish(ChapterFactory(parent=manual, title="Stoppen", body=body))


def wanted(page, anchor="") -> Wanted:
    return Wanted(page.translation_key, anchor, uuid4())


@pytest.fixture
def own(enrolment, manual):
    """The manual, put on the path."""
    add_own_steps(enrolment=enrolment, wanted=[wanted(manual)])
    return OwnStep.objects.get()


def address(own, what, enrolment_id=None) -> str:
    return f"/nl/onboarding/{enrolment_id or own.enrolment_id}/own/{own.pk}/{what}/"


def path_html(client, enrolment, language="nl") -> str:
    response = client.get(f"/{language}/onboarding/{enrolment.pk}/")
    assert response.status_code == 200
    return response.content.decode()


# What the library is offered


def test_the_paths_of_a_person_are_offered_with_what_runs_and_began_last_first(user, enrolment, make_path, make_user):
    done = enrol(user=user, path=make_path(steps=(1,), title="Klaar"), start_date=date(2026, 11, 1))
    Enrolment.objects.filter(pk=done.pk).update(completed_at=enrolment.created_at)
    later = enrol(user=user, path=make_path(steps=(1,), title="Later"), start_date=date(2026, 10, 20))
    over = enrol(user=user, path=make_path(steps=(1,), title="Over"), start_date=date(2026, 10, 2))
    end_enrolment(enrolment=over, on=date(2026, 11, 1), reason=Enrolment.Reason.STOPPED)
    found = known_paths().running(user)
    assert [path.key for path in found] == [str(each.pk) for each in (later, enrolment, done)]
    assert found[0].title == "Later" and found[0].url.endswith(f"/onboarding/{later.pk}/#own-steps")
    assert known_paths().running(make_user()) == []


def test_putting_twice_is_putting_once(user, enrolment, manual, chapter):
    paths, key = known_paths(), str(enrolment.pk)
    both = [wanted(manual), wanted(chapter, "stop"), wanted(chapter, "stop")]
    assert paths.put(user, key, both) == 2
    assert paths.put(user, key, both) == 0
    assert paths.put(user, key, [wanted(chapter)]) == 1
    assert paths.on_them(user) == {
        (manual.translation_key, ""),
        (chapter.translation_key, "stop"),
        (chapter.translation_key, ""),
    }


def test_what_a_step_lets_them_read_stands_there_already(user, enrolment, steps, manual):
    steps[0].reads = Page.objects.get(pk=manual.pk)
    publish(steps[0])
    assert (manual.translation_key, "") in known_paths().on_them(user)
    assert known_paths().put(user, str(enrolment.pk), [wanted(manual)]) == 0


def test_only_what_is_there_for_the_person_is_put(user, enrolment, manual):
    PageViewRestriction.objects.create(page=manual.page_ptr, restriction_type=PageViewRestriction.GROUPS)
    nothing = Wanted(uuid4(), "", uuid4())
    assert known_paths().put(user, str(enrolment.pk), [wanted(manual), nothing]) == 0
    assert not OwnStep.objects.exists()


@pytest.mark.parametrize("key", ["", "abc", "0", "²", "9" * 40, "-1"])
def test_a_path_that_is_not_there_is_refused(user, enrolment, manual, key):
    with pytest.raises(LookupError):
        known_paths().put(user, key, [wanted(manual)])


def test_a_path_of_somebody_else_or_one_that_ended_is_refused(user, enrolment, manual, make_user):
    with pytest.raises(LookupError):
        known_paths().put(make_user(), str(enrolment.pk), [wanted(manual)])
    end_enrolment(enrolment=enrolment, on=date(2026, 11, 1), reason=Enrolment.Reason.STOPPED)
    with pytest.raises(LookupError):
        known_paths().put(user, str(enrolment.pk), [wanted(manual)])
    assert known_paths().on_them(user) == set() and not OwnStep.objects.exists()


def test_the_database_keeps_one_of_each(own):
    with pytest.raises(IntegrityError), transaction.atomic():
        OwnStep.objects.create(enrolment=own.enrolment, page_key=own.page_key, competency_key=uuid4())


# On the path


def test_it_stands_on_the_path_and_is_done_and_not_done_and_removed(newcomer, enrolment, own, manual):
    html = path_html(newcomer, enrolment)
    assert manual.title in html and address(own, "complete") in html
    for _click in range(2):
        assert newcomer.post(address(own, "complete")).status_code == 302
    first = OwnStep.objects.get().done_at
    assert first
    html = path_html(newcomer, enrolment)
    assert address(own, "reopen") in html and address(own, "complete") not in html
    newcomer.post(address(own, "complete"))
    assert OwnStep.objects.get().done_at == first
    for _click in range(2):
        newcomer.post(address(own, "reopen"))
    assert OwnStep.objects.get().done_at is None
    assert newcomer.post(address(own, "remove")).status_code == 302
    assert newcomer.post(address(own, "remove")).status_code == 404
    assert not OwnStep.objects.exists() and "own-steps" not in path_html(newcomer, enrolment)


def test_a_tip_is_named_with_the_page_it_is_in(newcomer, enrolment, chapter):
    add_own_steps(enrolment=enrolment, wanted=[wanted(chapter, "stop"), wanted(chapter, "weg")])
    html = path_html(newcomer, enrolment)
    assert "Zeg eerst stop" in html and f"{chapter.get_url()}#stop" in html
    # One that was taken out leads to its page.
    assert "#weg" not in html and f'href="{chapter.get_url()}"' in html


def test_a_tip_is_found_back_in_the_other_language_by_its_block(newcomer, enrolment, manual):
    # By themselves translated tips have the anchors of their originals; an editor may choose others.
    titles = ("Zeg eerst stop", "Kijk dan om je heen")
    chapter = publish(
        ChapterFactory(parent=manual, title="Stoppen", body=[("tip", {**TIP, "title": title}) for title in titles])
    )
    raw = [dict(block) for block in ChapterPage.objects.get(pk=chapter.pk).body.raw_data]
    for block, title in zip(raw, ("Say stop first", "Then look around you"), strict=True):
        block["value"] = {**block["value"], "title": title, "anchor": f"tip-{slugify(title)}"}
    translate(chapter, title="Stopping", body=json.dumps(raw))
    add_own_steps(
        enrolment=enrolment,
        wanted=[wanted(chapter, "tip-zeg-eerst-stop"), wanted(chapter, "tip-kijk-dan-om-je-heen")],
    )
    html = path_html(newcomer, enrolment, "en")
    assert "Say stop first" in html and "#tip-say-stop-first" in html
    assert "Then look around you" in html and "#tip-then-look-around-you" in html


def test_it_is_read_in_the_language_of_the_reader(newcomer, enrolment, own, manual):
    translate(manual, title="Working safely")
    assert "Working safely" in path_html(newcomer, enrolment, "en")
    assert "Working safely" not in path_html(newcomer, enrolment, "nl")


@pytest.mark.parametrize("how", ["closed", "unpublished", "deleted"])
def test_a_page_that_is_gone_or_closed_says_so_and_can_be_removed(newcomer, enrolment, own, manual, how):
    if how == "closed":
        PageViewRestriction.objects.create(page=manual.page_ptr, restriction_type=PageViewRestriction.GROUPS)
        publish(enrolment_step(enrolment))
    elif how == "unpublished":
        manual.unpublish()
    else:
        Page.objects.get(pk=manual.pk).delete()
    html = path_html(newcomer, enrolment, "en")
    assert manual.title not in html and "gone, or not open to you" in html
    assert address(own, "complete").replace("/nl/", "/en/") not in html
    assert address(own, "remove").replace("/nl/", "/en/") in html
    newcomer.post(address(own, "remove"))
    assert not OwnStep.objects.exists()


def enrolment_step(enrolment):
    from onboarding.models import StepPage

    return StepPage.objects.filter(translation_key__in=enrolment.progress.values("step_key")).first()


def test_it_counts_for_nothing(newcomer, enrolment, own, steps):
    for step in steps[:3]:
        complete_step(enrolment=enrolment, step_key=step.translation_key)
    assert Enrolment.objects.get(pk=enrolment.pk).completed_at
    assert "own-steps" in path_html(newcomer, enrolment)


def test_on_an_ended_path_it_is_read_only(newcomer, enrolment, own, manual):
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 11, 1))
    html = path_html(newcomer, enrolment)
    assert manual.title in html and f"/own/{own.pk}/" not in html
    for what in ("complete", "remove"):
        assert newcomer.post(address(own, what)).status_code == 302
    assert OwnStep.objects.get().done_at is None


def test_it_shows_where_the_path_itself_is_gone(newcomer, enrolment, own, manual, path):
    PageViewRestriction.objects.create(page=path.page_ptr, restriction_type=PageViewRestriction.GROUPS)
    publish(manual)
    assert manual.title in path_html(newcomer, enrolment)


# Nobody else's


@pytest.mark.parametrize("what", ["complete", "reopen", "remove"])
def test_a_stranger_gets_404_and_a_get_is_refused(client, newcomer, make_user, enrolment, own, what):
    assert newcomer.get(address(own, what)).status_code == 405
    assert newcomer.post(address(own, what, enrolment.pk + 1)).status_code == 404
    for person in (make_user(), make_user(groups=["HR"]), make_user(is_superuser=True)):
        client.force_login(person)
        assert client.post(address(own, what)).status_code == 404
    assert OwnStep.objects.get().done_at is None


def test_who_walks_along_and_hr_see_nothing_of_it(as_user, enrolment, user, own, manual, make_user):
    boss = make_user()
    user.manager = boss
    user.save()
    for person in (boss, make_user(groups=["HR"])):
        response = as_user(person).get(f"/nl/onboarding/for/{enrolment.pk}/")
        assert response.status_code == 200 and manual.title not in response.content.decode()
    response = as_user(make_user(groups=["HR"])).get(f"/admin/enrolments/inspect/{enrolment.pk}/", follow=True)
    assert manual.title not in response.content.decode()


# What is kept


def test_it_is_in_what_the_person_takes_along(user, own, manual, make_user):
    set_own_step(own_step=own, is_done=True)
    (mine,) = collect(user)["onboarding"]["enrolments"]
    (found,) = mine["own_steps"]
    assert found["page"] == manual.title and found["done_at"] and found["added_at"]
    assert collect(make_user())["onboarding"]["enrolments"] == []


def test_it_goes_with_the_answers_and_with_the_enrolment(enrolment, own, manual):
    assert count_answers(enrolment)["OwnStep"] == 1
    assert erase_answers(enrolment=enrolment)["OwnStep"] == 1
    assert not OwnStep.objects.exists()
    add_own_steps(enrolment=enrolment, wanted=[wanted(manual)])
    erase_enrolment(enrolment=enrolment)
    assert not OwnStep.objects.exists()


def test_removing_what_is_gone_changes_nothing(own):
    remove_own_step(own_step=own)
    remove_own_step(own_step=own)
    set_own_step(own_step=own, is_done=True)
    assert not OwnStep.objects.exists()


# What it costs


def test_the_path_costs_the_same_for_ten_times_as_many(newcomer, enrolment, manual):
    def cost() -> int:
        for _time in range(2):
            path_html(newcomer, enrolment)
        with CaptureQueriesContext(connection) as queries:
            path_html(newcomer, enrolment)
        return len(queries)

    def add(number):
        body = [("tip", {**TIP, "anchor": "stop"})]
        page = publish(ChapterFactory(parent=manual, title=f"Hoofdstuk {number}", body=body))
        add_own_steps(enrolment=enrolment, wanted=[wanted(page), wanted(page, "stop")])

    add(0)
    few = cost()
    for number in range(1, 10):
        add(number)
    assert cost() == few


def test_what_the_library_asks_costs_the_same_for_ten_times_as_many(user, enrolment, manual, make_path):
    def cost() -> int:
        known_paths().running(user)
        # As in a request: the content stamp is asked for once.
        start_request()
        try:
            with CaptureQueriesContext(connection) as queries:
                known_paths().running(user)
                known_paths().on_them(user)
        finally:
            end_request()
        return len(queries)

    add_own_steps(enrolment=enrolment, wanted=[wanted(manual)])
    few = cost()
    other = enrol(user=user, path=make_path(steps=(3,), title="Nog een"), start_date=date(2026, 10, 2))
    for number in range(10):
        page = publish(ChapterFactory(parent=manual, title=f"Hoofdstuk {number}"))
        add_own_steps(enrolment=other, wanted=[wanted(page)])
    assert cost() == few
