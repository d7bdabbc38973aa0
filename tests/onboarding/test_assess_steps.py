"""Steps that are done by assessing oneself: what completes them, what doesn't, and who sees what of it."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Locale, Page, PageViewRestriction

from competencies.levels import Level
from competencies.models import Assessment, CompetencyIndexPage, CompetencyProfilePage
from competencies.services.assessing import (
    delete_assessment,
    finish_assessment,
    go_on_with_assessment,
    rate_oneself,
    start_assessment,
)
from notifications.kinds import get_kind
from notifications.models import Message
from onboarding.assessing import usable_assessments
from onboarding.checks import findings_of
from onboarding.models import Enrolment, OnboardingEvent, StepPage, StepProgress
from onboarding.reading_outlines import path_outline
from onboarding.services import (
    NotYoursToDo,
    StepLocked,
    complete_step,
    end_enrolment,
    enrol,
    enrol_again,
    pause_enrolment,
    reopen_step,
    waive_step,
)
from onboarding.services import assessing as service
from onboarding.services.assessing import NothingToCount, complete_without_profile, use_assessment
from tests.factories import CompetencyFactory, ProfileFactory

from .conftest import publish
from .test_authoring_form import errors  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def profile(trunk):
    """A profile that asks two competencies, published as an editor does."""
    index = trunk(CompetencyIndexPage)
    asked = [publish(CompetencyFactory(parent=index, title=title, basic=["kijken."])) for title in ("Veilig", "Samen")]
    return publish(ProfileFactory(parent=index, title="Monteur", asks=[(each, Level.BASIC, True) for each in asked]))


def make_assess(step, profile, **fields):
    """The step as one to assess oneself by this profile."""
    for name, value in {"kind": "assess", "profile": profile, **fields}.items():
        setattr(step, name, value)
    return publish(step)


@pytest.fixture
def step(steps, profile):
    """The first step of the path."""
    return make_assess(steps[0], profile)


@pytest.fixture
def second(steps, step, profile):
    """Another one, further on the path."""
    return make_assess(steps[2], profile)


def assess(user, profile) -> Assessment:
    """Somebody assesses themselves from beginning to end."""
    assessment = start_assessment(user=user, profile_key=profile.translation_key)
    for row in assessment.version.content["rows"]:
        rate_oneself(
            assessment=assessment,
            competency_key=UUID(row["competency"]),
            level=1,
            is_unknown=False,
            example="Zeer geheim",
            seen=0,
        )
    return finish_assessment(assessment=assessment)


def row_of(enrolment, step) -> StepProgress:
    return StepProgress.objects.get(enrolment=enrolment, step_key=step.translation_key)


def is_done(enrolment, step) -> bool:
    return row_of(enrolment, step).completed_at is not None


def lock(step, behind):
    step.prerequisites.create(step=behind)
    return publish(step)


# Finishing one


def test_finishing_completes_the_first_open_step_and_the_later_one_asks_anew(enrolment, user, step, second, profile):
    first = assess(user, profile)
    assert row_of(enrolment, step).assessment_key == first.key
    assert is_done(enrolment, step) and not is_done(enrolment, second)
    later = assess(user, profile)
    assert row_of(enrolment, second).assessment_key == later.key
    done = OnboardingEvent.objects.filter(enrolment=enrolment, kind="done")
    assert {event.step_key for event in done} == {step.translation_key, second.translation_key}
    assert all("level" not in event.data for event in done)


def test_finished_once_more_it_counts_for_nothing_else(enrolment, user, step, second, profile):
    first = assess(user, profile)
    finish_assessment(assessment=first)
    go_on_with_assessment(assessment=first)
    finish_assessment(assessment=first)
    assert is_done(enrolment, step) and not is_done(enrolment, second)


def test_one_by_another_profile_completes_nothing(enrolment, user, step, profile, trunk):
    competency = publish(CompetencyFactory(parent=trunk(CompetencyIndexPage), title="Rekenen", basic=["tellen."]))
    other = ProfileFactory(
        parent=trunk(CompetencyIndexPage), title="Boekhouder", asks=[(competency, Level.BASIC, True)]
    )
    assess(user, publish(other))
    assert not is_done(enrolment, step)


def test_one_of_somebody_else_completes_nothing(enrolment, step, profile, make_user):
    assess(make_user(), profile)
    assert not is_done(enrolment, step)


def test_it_counts_on_each_path_that_runs(enrolment, user, step, profile, make_path):
    other = make_path(steps=(1,), title="Nog een pad")
    theirs = make_assess(StepPage.objects.descendant_of(other).get(), profile)
    beside = enrol(user=user, path=other, start_date=date(2026, 10, 1))
    assess(user, profile)
    assert is_done(enrolment, step) and is_done(beside, theirs)


def test_what_is_locked_waived_or_ended_stays_as_it_is_and_the_assessment_is_finished(
    enrolment, user, steps, step, second, profile, make_user
):
    lock(step, steps[1])
    waive_step(enrolment=enrolment, step_key=second.translation_key, actor=make_user(), reason="Hoeft niet.")
    assert assess(user, profile).finished_at
    assert not is_done(enrolment, step) and not is_done(enrolment, second)
    end_enrolment(enrolment=enrolment, on=date(2026, 11, 1), reason=Enrolment.Reason.STOPPED)
    assert assess(user, profile).finished_at
    assert not StepProgress.objects.done().exists()


def test_a_paused_path_takes_it(enrolment, user, step, profile):
    pause_enrolment(enrolment=enrolment, starts_on=date(2026, 10, 2))
    assess(user, profile)
    assert is_done(enrolment, step)


def test_a_step_that_cannot_be_completed_never_undoes_the_assessment(
    enrolment, user, step, profile, monkeypatch, caplog
):
    def fail(**kwargs):
        Enrolment.objects.filter(pk=enrolment.pk).update(cohort="half")
        raise RuntimeError("broken")

    with monkeypatch.context() as broken:
        broken.setattr(service, "complete_step", fail)
        assessment = assess(user, profile)
    assert Assessment.objects.get(pk=assessment.pk).finished_at and not is_done(enrolment, step)
    # No half of it stays, and it is there to be counted on the step.
    assert Enrolment.objects.get(pk=enrolment.pk).cohort == "" and "broken" in caplog.text
    use_assessment(enrolment=enrolment, step_key=step.translation_key, assessment_key=assessment.key)
    assert is_done(enrolment, step)


def test_the_last_step_of_a_path_finishes_the_path(enrolment, user, steps, step, profile):
    for other in steps[1:3]:
        complete_step(enrolment=enrolment, step_key=other.translation_key)
    assess(user, profile)
    assert Enrolment.objects.get(pk=enrolment.pk).completed_at


# Counting one of before


def test_one_finished_while_the_step_was_locked_counts_when_the_person_says_so(
    newcomer, enrolment, user, steps, step, profile, urls
):
    lock(step, steps[1])
    assessment = assess(user, profile)
    with pytest.raises(StepLocked):
        use_assessment(enrolment=enrolment, step_key=step.translation_key, assessment_key=assessment.key)
    complete_step(enrolment=enrolment, step_key=steps[1].translation_key)
    html = newcomer.get(step.get_url()).content.decode()
    assert str(assessment.key) in html and urls("assess/use", step) in html
    for _click in range(2):
        assert newcomer.post(urls("assess/use", step), {"assessment": assessment.key}).status_code == 302
    assert row_of(enrolment, step).assessment_key == assessment.key
    assert OnboardingEvent.objects.filter(kind="done", step_key=step.translation_key).count() == 1


def test_none_counts_that_was_finished_before_the_path_or_counted_already(
    user, path, steps, step, second, profile, make_user
):
    before = assess(user, profile)
    enrolment = enrol(user=user, path=path, start_date=date(2026, 10, 1))
    used = assess(user, profile)
    assert row_of(enrolment, step).assessment_key == used.key
    theirs = assess(make_user(), profile)
    for key in (before.key, used.key, theirs.key, uuid4()):
        with pytest.raises(NothingToCount):
            use_assessment(enrolment=enrolment, step_key=second.translation_key, assessment_key=key)
    assert not is_done(enrolment, second)


@pytest.mark.parametrize("key", ["", "abc", "00000000-0000-4000-8000-000000000000", "\0"])
def test_an_assessment_that_is_not_there_changes_nothing(newcomer, enrolment, step, urls, key):
    assert newcomer.post(urls("assess/use", step), {"assessment": key}).status_code == 302
    assert not is_done(enrolment, step)


def test_a_step_of_another_kind_has_no_such_address(newcomer, steps, step, urls):
    assert newcomer.post(urls("assess/use", steps[1])).status_code == 404
    assert newcomer.post(urls("assess/complete", steps[1])).status_code == 404


@pytest.mark.parametrize("what", ["assess/use", "assess/complete"])
def test_a_stranger_gets_404_and_a_get_is_refused(client, newcomer, make_user, enrolment, step, urls, what):
    assert newcomer.get(urls(what, step)).status_code == 405
    client.force_login(make_user())
    assert client.post(urls(what, step)).status_code == 404
    assert not is_done(enrolment, step)


# Not in another way


def test_the_plain_button_does_not_do_it(newcomer, enrolment, step, urls):
    assert newcomer.post(urls("complete", step)).status_code == 302
    assert not is_done(enrolment, step)
    assert urls("complete", step) not in newcomer.get(step.get_url()).content.decode()


def test_the_way_out_of_a_missing_profile_is_none_for_one_that_is_there(newcomer, enrolment, step, urls):
    with pytest.raises(NotYoursToDo):
        complete_without_profile(enrolment=enrolment, step_key=step.translation_key)
    newcomer.post(urls("assess/complete", step))
    assert not is_done(enrolment, step)


def test_on_an_ended_path_nothing_changes(newcomer, enrolment, user, steps, step, profile, urls):
    lock(step, steps[1])
    assessment = assess(user, profile)
    complete_step(enrolment=enrolment, step_key=steps[1].translation_key)
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=date(2026, 11, 1))
    newcomer.post(urls("assess/use", step), {"assessment": assessment.key})
    assert not is_done(enrolment, step)
    assert "assess/use" not in newcomer.get(step.get_url()).content.decode()


# Opened again


def test_opened_again_by_mistake_the_same_one_counts_once_more(newcomer, enrolment, user, step, profile, urls):
    assessment = assess(user, profile)
    newcomer.post(urls("reopen", step))
    row = row_of(enrolment, step)
    assert (row.completed_at, row.assessment_key) == (None, None)
    assert row.attempts.get().assessment_key == assessment.key
    newcomer.post(urls("assess/use", step), {"assessment": assessment.key})
    assert row_of(enrolment, step).assessment_key == assessment.key


def test_opened_again_a_new_one_completes_it(enrolment, user, step, second, profile, make_user):
    assess(user, profile)
    reopen_step(enrolment=enrolment, step_key=step.translation_key, actor=make_user(), note="Doe hem opnieuw.")
    newer = assess(user, profile)
    assert row_of(enrolment, step).assessment_key == newer.key and not is_done(enrolment, second)


def test_who_comes_back_has_it_done_if_that_counts(user, path, enrolment, step, second, profile):
    assessment = assess(user, profile)
    end_enrolment(enrolment=enrolment, on=date(2026, 11, 1), reason=Enrolment.Reason.LEFT)
    again = enrol_again(user=user, path=path, start_date=date(2026, 12, 1), counts=[step.translation_key])
    assert row_of(again, step).assessment_key == assessment.key
    assert not usable_assessments(again, profile.translation_key).exists()
    assert not is_done(again, second)


# The page


def test_the_step_leads_to_the_assessment_at_every_stage(newcomer, enrolment, user, step, profile):
    def html():
        return newcomer.get(step.get_url()).content.decode()

    assert str(profile.translation_key) in html()
    running = start_assessment(user=user, profile_key=profile.translation_key)
    assert str(running.key) in html() and str(profile.translation_key) not in html()
    done = assess(user, profile)
    assert done == running and str(done.key) in html()
    assert "Zeer geheim" not in html()
    delete_assessment(assessment=done)
    assert str(done.key) not in html() and is_done(enrolment, step)


def test_an_assessment_opened_once_more_is_gone_on_with_from_the_step(newcomer, enrolment, user, step, profile):
    assessment = assess(user, profile)
    go_on_with_assessment(assessment=assessment)
    assert str(assessment.key) in newcomer.get(step.get_url()).content.decode()
    assert is_done(enrolment, step)


def test_who_walks_along_sees_that_it_is_done_and_nothing_of_the_scores(
    as_user, newcomer, enrolment, user, step, profile, make_user
):
    boss = make_user()
    user.manager = boss
    user.save()
    assessment = assess(user, profile)
    client = as_user(boss)
    for url in (f"/nl/onboarding/for/{enrolment.pk}/", f"/nl/onboarding/for/{enrolment.pk}/{step.translation_key}/"):
        response = client.get(url)
        html = response.content.decode()
        assert response.status_code == 200 and step.title in html
        assert str(assessment.key) not in html and "Zeer geheim" not in html
    assert client.post(f"/nl/onboarding/for/{enrolment.pk}/{step.translation_key}/complete/").status_code == 404


def test_the_step_page_costs_the_same_with_ten_times_the_data(newcomer, user, step, profile, trunk):
    def cost() -> int:
        for _time in range(2):
            newcomer.get(step.get_url())
        with CaptureQueriesContext(connection) as queries:
            assert newcomer.get(step.get_url()).status_code == 200
        return len(queries)

    few = cost()
    for number in range(8):
        competency = CompetencyFactory(parent=trunk(CompetencyIndexPage), title=f"Meer {number}", basic=["x."])
        profile.requirements.create(competency=publish(competency), level=1)
    publish(profile)
    assert cost() == few
    start_assessment(user=user, profile_key=profile.translation_key)
    assert cost() <= few


# The profile is gone, or closed


@pytest.fixture(params=["deleted", "unpublished", "closed"])
def missing(request, step, profile):
    """The profile of the step, which isn't there for the newcomer any more."""
    page = Page.objects.get(pk=profile.pk)
    if request.param == "deleted":
        CompetencyProfilePage.objects.filter(translation_key=profile.translation_key).exclude(pk=profile.pk).delete()
        page.delete()
    elif request.param == "unpublished":
        profile.unpublish()
    else:
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
        publish(step)
    return request.param


def test_nobody_is_stuck_when_the_profile_is_not_there(newcomer, enrolment, make_user, step, missing, urls):
    editor = make_user(groups=["Editors"])
    html = newcomer.get(step.get_url()).content.decode()
    assert urls("assess/complete", step) in html
    assert str(StepPage.objects.get(pk=step.pk).profile_key) not in html
    for _click in range(2):
        assert newcomer.post(urls("assess/complete", step)).status_code == 302
    assert is_done(enrolment, step)
    message = Message.objects.get(recipient=editor, kind="onboarding.profile_fault")
    content = get_kind(message.kind).resolve(message.payload, editor)
    assert step.title in content.title


def test_the_editors_hear_no_more_of_it_once_it_is_mended(make_user, step, profile):
    editor = make_user(groups=["Editors"])
    resolve = get_kind("onboarding.profile_fault").resolve
    payload = {"step": str(step.translation_key)}
    assert resolve(payload, editor) is None
    profile.unpublish()
    assert resolve(payload, editor).url == f"/admin/pages/{step.pk}/edit/"
    publish(profile)
    assert resolve(payload, editor) is None


def test_what_was_begun_is_finished_also_when_the_profile_went(newcomer, enrolment, user, step, profile):
    running = start_assessment(user=user, profile_key=profile.translation_key)
    profile.unpublish()
    assert str(running.key) in newcomer.get(step.get_url()).content.decode()
    for row in running.version.content["rows"]:
        rate_oneself(
            assessment=running,
            competency_key=UUID(row["competency"]),
            level=None,
            is_unknown=True,
            example="",
            seen=0,
        )
    finish_assessment(assessment=running)
    assert is_done(enrolment, step)


def test_a_profile_that_is_gone_is_among_what_editors_look_at(path, step, profile):
    assert not any(finding.is_broken and finding.step.key == step.translation_key for finding in _findings(path))
    profile.unpublish()
    assert any(finding.is_broken and finding.step.key == step.translation_key for finding in _findings(path))


def _findings(path):
    return findings_of(path.translation_key)[1]


# For editors


def test_a_step_to_assess_asks_for_a_profile_and_only_that_kind_takes_one(errors, profile):  # noqa: F811
    assert errors(kind="assess", profile=profile.pk) == {}
    assert set(errors(kind="assess")) == {"profile"}
    assert errors(kind="assess", draft=True) == {}
    assert set(errors(kind="read", profile=profile.pk)) == {"profile"}


def test_it_is_the_newcomers_own(errors, profile):  # noqa: F811
    assert set(errors(kind="assess", profile=profile.pk, assignee="manager")) == {"assignee"}
    assert set(errors(kind="assess", profile=profile.pk, signed_off_by="manager")) == {"signed_off_by"}
    assert set(errors(kind="assess", profile=profile.pk, visible_before_start="on")) == {"visible_before_start"}


def test_it_is_not_open_before_the_start_whatever_the_page_says(path, user, step, profile):
    make_assess(step, profile, visible_before_start=True)
    shown = path_outline(user, path.translation_key, "nl").step(step.translation_key)
    assert not shown.before_start and shown.profile_key == profile.translation_key
    assert shown.icon == "star" and shown.kind_word


def test_the_profile_follows_the_original_in_the_translation(step, profile):
    english = StepPage.objects.get(translation_key=step.translation_key, locale__language_code="en")
    assert (english.kind, english.profile_key) == ("assess", profile.translation_key)


def test_the_same_step_counts_in_either_language(as_user, make_user, path, step, profile):
    reader = make_user(locale="en")
    enrolment = enrol(user=reader, path=path, start_date=date(2026, 10, 1))
    client = as_user(reader)
    english = step.get_translation(Locale.objects.get(language_code="en"))
    html = client.get(english.get_url()).content.decode()
    assert "Begin the assessment" in html and str(profile.translation_key) in html
    assess(reader, profile)
    assert is_done(enrolment, step)
    assert "You assessed yourself on" in client.get(english.get_url()).content.decode()


def test_a_copied_path_asks_for_the_same_profile(path, step, profile):
    copied = path.copy(recursive=True, update_attrs={"slug": "kopie", "title": "Kopie"})
    copy = StepPage.objects.descendant_of(copied).get(kind="assess")
    assert copy.translation_key != step.translation_key
    assert (copy.profile_id, copy.profile_key) == (profile.pk, profile.translation_key)
