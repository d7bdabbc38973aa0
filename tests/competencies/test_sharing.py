"""Sharing where one stands: with whom, what the other sees and when, and what the two settle on."""

import uuid

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, transaction
from django.utils import timezone

from competencies.models import Rating, Sharing
from competencies.services.assessing import SharedAlready, asked_keys, go_on_with_assessment, start_assessment
from competencies.services.sharing import (
    AgreedAlready,
    NotFinished,
    NotLeading,
    NotShared,
    OutcomeChanged,
    ScoredAlready,
    SharedWithAnother,
    end_sharing,
    rate_colleague,
    settle_outcome,
    share_assessment,
    submit_scores,
)
from notifications.models import Message
from notifications.resolving import resolve
from tests.competencies.test_assessing import address, words


def rate(sharing, by, level, number=0, seen=0):
    return rate_colleague(
        sharing=sharing,
        by=by,
        competency_key=asked_keys(sharing.assessment)[number],
        level=level,
        is_unknown=False,
        example="",
        seen=seen,
    )


def outcome(sharing, by, *levels, seen=None, agrees=False):
    return settle_outcome(
        sharing=sharing,
        by=by,
        levels=dict(zip(asked_keys(sharing.assessment), levels, strict=False)),
        seen=Sharing.objects.get(pk=sharing.pk).outcome_version if seen is None else seen,
        agrees=agrees,
    )


# With whom ----------------------------------------------------------------------------------------------


def test_it_is_shared_with_who_leads_one_and_nobody_else(as_user, finished, people):
    client = as_user(people.person)
    page = words(client.get(address("assessment", finished.key)))
    assert "Mara Bos" in page and "Leo Top" in page and "Sam Ander" not in page
    refused = client.post(address("share", finished.key), {"assessor": people.stranger.pk})
    assert "they don’t lead you now" in words(refused) and not Sharing.objects.exists()
    assert "Choose with whom." in words(client.post(address("share", finished.key), {}))
    assert client.post(address("share", finished.key), {"assessor": people.lead.pk}).status_code == 302
    assert Sharing.objects.get().assessor == people.lead
    with pytest.raises(NotLeading):
        share_assessment(assessment=finished, assessor=people.person)


def test_after_a_refusal_what_one_reads_next_leads_back_to_the_page(as_user, finished, people):
    refused = as_user(people.person).post(address("share", finished.key), {})
    backs = {box["value"] for box in BeautifulSoup(refused.content, "html.parser").select("main input[name=next]")}
    assert backs <= {address("assessment", finished.key)}


def test_who_has_nobody_above_them_hears_why_there_is_nobody_to_choose(as_user, people, library, score, finished):
    finished.user = people.stranger
    finished.save()
    assert "doesn’t know yet who leads you" in words(as_user(people.stranger).get(address("assessment", finished.key)))


def test_only_a_finished_one_is_shared(people, library):
    running = start_assessment(user=people.person, profile_key=library.profile.translation_key)
    with pytest.raises(NotFinished):
        share_assessment(assessment=running, assessor=people.manager)


def test_one_colleague_at_a_time(shared, people, as_user):
    with pytest.raises(SharedWithAnother):
        share_assessment(assessment=shared.assessment, assessor=people.lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Sharing.objects.create(assessment=shared.assessment, assessor=people.lead, shared_at=timezone.now())
    client = as_user(people.person)
    answer = client.post(address("share", shared.assessment.key), {"assessor": people.lead.pk}, follow=True)
    assert "You share it with Mara Bos now" in answer.content.decode()
    # The same once more is no second one, and can add the plan.
    assert share_assessment(assessment=shared.assessment, assessor=people.manager, with_plan=True).pk == shared.pk
    assert Sharing.objects.get().with_plan
    assert Message.objects.filter(kind="competencies.shared").count() == 1


# What the other sees ------------------------------------------------------------------------------------


def test_the_assessor_sees_no_score_of_the_person_before_their_own_are_in(as_user, shared, people):
    client = as_user(people.manager)
    assert "asks for your scores" in words(client.get(address("mine")))
    for url in (
        address("sharing", shared.key),
        address("rate_shared", shared.key, asked_keys(shared.assessment)[0]),
        address("mine"),
    ):
        page = client.get(url).content.decode()
        assert "Toen lekte het." not in page and "independent" not in words(client.get(url)).split("You can")[0]
    assert client.get(address("assessment", shared.assessment.key)).status_code == 404


def test_scoring_a_colleague_by_the_form(as_user, shared, people):
    client = as_user(people.manager)
    first, second = asked_keys(shared.assessment)
    refused = client.post(address("submit", shared.key))
    assert "2 competencies have no score yet" in words(refused)
    for key, level in ((first, "3"), (second, "unknown")):
        client.post(address("rate_shared", shared.key, key), {"f-level": level, "f-example": "Gezien", "f-version": 0})
    assert client.post(address("submit", shared.key)).status_code == 302
    page = words(client.get(address("sharing", shared.key)))
    assert "Toen lekte het." in page and "independent" in page and "advanced" in page
    # And so does the person, who heard of it.
    person = words(as_user(people.person).get(address("sharing", shared.key)))
    assert "Gezien" in person and "advanced" in person
    message = Message.objects.get(kind="competencies.scored")
    assert message.recipient == people.person
    assert "advanced" not in str(resolve(message))


def test_the_person_sees_nothing_of_the_assessor_before_it_is_handed_in(as_user, shared, people):
    rate(shared, people.manager, 3)
    client = as_user(people.person)
    assert client.get(address("sharing", shared.key)).url == address("assessment", shared.assessment.key)
    result = words(client.get(address("assessment", shared.assessment.key)))
    assert "gives scores first" in result and "Mara Bos advanced" not in result


def test_handed_in_scores_stay_and_handing_in_twice_tells_once(scored, people):
    with pytest.raises(ScoredAlready):
        rate(scored, people.manager, 1, seen=1)
    assert submit_scores(sharing=scored, by=people.manager).submitted_at == scored.submitted_at
    assert Message.objects.filter(kind="competencies.scored").count() == 1


def test_nobody_else_finds_it(as_user, scored, people, make_user):
    key = asked_keys(scored.assessment)[0]
    own = [
        ("assessment",), ("finish",), ("go_on",), ("take_over",), ("delete",), ("share",), ("take_back",),
        ("rate", key), ("rate_keep", key),
    ]  # fmt: skip
    shared_names = [("sharing",), ("submit",), ("settle",), ("rate_shared", key), ("rate_shared_keep", key)]
    administrator = make_user(is_superuser=True, locale="en")
    for reader in (people.stranger, people.lead, make_user(groups=["HR"]), administrator):
        client = as_user(reader)
        for name, *more in own:
            url = address(name, scored.assessment.key, *more)
            assert {client.get(url).status_code, client.post(url, {}).status_code} <= {404, 405}, (reader, name)
        for name, *more in shared_names:
            url = address(name, scored.key, *more)
            assert {client.get(url).status_code, client.post(url, {}).status_code} <= {404, 405}, (reader, name)
    # The assessor has no part in what is the person's own, nor the person in scoring.
    client = as_user(people.manager)
    for name, *more in own:
        url = address(name, scored.assessment.key, *more)
        assert {client.get(url).status_code, client.post(url, {}).status_code} <= {404, 405}, name
    client = as_user(people.person)
    for name, *more in shared_names[1:2] + shared_names[3:]:
        url = address(name, scored.key, *more)
        assert {client.get(url).status_code, client.post(url, {}).status_code} <= {404, 405}, name
    assert client.get(address("sharing", uuid.uuid4())).status_code == 404


# Taking it back -----------------------------------------------------------------------------------------


def test_taken_back_the_colleague_sees_nothing_at_once(as_user, scored, people):
    person = as_user(people.person)
    answer = person.post(address("take_back", scored.assessment.key), follow=True)
    assert "Mara Bos sees nothing of it any more" in answer.content.decode()
    assert person.post(address("take_back", scored.assessment.key)).status_code == 302
    # What was scored stays the person's to see.
    assert "Ik zag het." in words(person.get(address("sharing", scored.key)))
    client = as_user(people.manager)
    assert client.get(address("sharing", scored.key)).status_code == 404
    assert "Pien" not in words(client.get(address("mine")))
    for message in Message.objects.filter(recipient=people.manager):
        assert resolve(message) is None
    with pytest.raises(NotShared):
        outcome(scored, people.manager, 2, 2)


def test_shared_with_the_same_colleague_again_it_goes_on_where_it_was(shared, people):
    rate(shared, people.manager, 3)
    end_sharing(sharing=shared)
    again = share_assessment(assessment=shared.assessment, assessor=people.manager)
    assert again.pk == shared.pk and again.ended_at is None
    assert Rating.objects.get(sharing=again).level == 3
    assert Message.objects.filter(kind="competencies.shared").count() == 2


def test_shared_with_another_the_second_starts_without_the_first(as_user, scored, people):
    end_sharing(sharing=scored)
    other = share_assessment(assessment=scored.assessment, assessor=people.lead)
    page = words(as_user(people.lead).get(address("sharing", other.key)))
    assert "0 of 2" in page and "Ik zag het." not in page and "Mara" not in page


@pytest.mark.parametrize("what", ["another manager", "left"])
def test_who_no_longer_leads_the_person_sees_nothing_and_the_person_hears_it(as_user, scored, people, what):
    if what == "left":
        people.manager.is_active = False
        people.manager.save()
    else:
        people.person.manager = people.lead
        people.person.save()
        assert as_user(people.manager).get(address("sharing", scored.key)).status_code == 404
    with pytest.raises(NotShared):
        outcome(scored, people.manager, 2, 2)
    result = words(as_user(people.person).get(address("assessment", scored.assessment.key)))
    assert "Mara Bos doesn’t lead you now, and sees nothing of it" in result


def test_the_person_hears_why_there_is_nothing_to_settle_any_more(as_user, scored, people):
    client = as_user(people.person)
    url = address("sharing", scored.key)
    assert "<form" in str(BeautifulSoup(client.get(url).content, "html.parser").main)
    people.person.manager = people.lead
    people.person.save()
    first, second = asked_keys(scored.assessment)
    form = {f"level-{first}": "2", f"level-{second}": "1", "version": scored.outcome_version, "agree": "1"}
    answer = client.post(address("settle", scored.key), form, follow=True)
    assert "Mara Bos doesn’t lead you now" in words(answer)
    assert "<form" not in str(BeautifulSoup(answer.content, "html.parser").main)


def test_who_agrees_anew_after_it_was_shared_again_tells_so_again(scored, people):
    outcome(scored, people.manager, 2, 1, agrees=True)
    end_sharing(sharing=scored)
    share_assessment(assessment=scored.assessment, assessor=people.manager)
    outcome(scored, people.manager, 2, 1, agrees=True)
    assert Message.objects.filter(kind="competencies.proposed").count() == 2


def test_what_a_colleague_saw_is_not_mended(scored):
    with pytest.raises(SharedAlready):
        go_on_with_assessment(assessment=scored.assessment)
    end_sharing(sharing=scored)
    with pytest.raises(SharedAlready):
        go_on_with_assessment(assessment=scored.assessment)


# What the two settle on ----------------------------------------------------------------------------------


def test_what_both_scored_alike_is_proposed(shared, people):
    rate(shared, people.manager, 2)
    rate(shared, people.manager, 1, number=1)
    submit_scores(sharing=shared, by=people.manager)
    assert list(Rating.objects.filter(by="joint").values_list("level", flat=True)) == [2]


def test_both_agree_and_then_it_counts_and_stays(as_user, scored, people):
    first, second = asked_keys(scored.assessment)
    form = {f"level-{first}": "2", f"level-{second}": "1", "version": scored.outcome_version}
    manager = as_user(people.manager)
    manager.post(address("settle", scored.key), {**form, "agree": "1"})
    scored.refresh_from_db()
    assert scored.assessor_agreed_at and not scored.agreed_at
    waiting = Message.objects.get(kind="competencies.proposed")
    assert waiting.recipient == people.person and resolve(waiting) is not None
    person = as_user(people.person)
    assert "Mara Bos agrees to the outcome" in words(person.get(address("sharing", scored.key)))
    person.post(address("settle", scored.key), {**form, "version": scored.outcome_version, "agree": "1"})
    scored.refresh_from_db()
    assert scored.agreed_at
    assert resolve(waiting) is None
    assert Message.objects.get(kind="competencies.agreed").recipient == people.manager
    result = words(person.get(address("assessment", scored.assessment.key)))
    assert "You and Mara Bos agreed on the outcome" in result and "You: basic; asked: independent" in result
    with pytest.raises(AgreedAlready):
        outcome(scored, people.person, 4, 4)
    # A click too many changes nothing, and neither does taking it back.
    assert person.post(address("settle", scored.key), {**form, "agree": "1"}).status_code == 302
    end_sharing(sharing=scored)
    assert "agreed on the outcome" in words(person.get(address("assessment", scored.assessment.key)))


def test_a_change_asks_the_other_to_agree_again(scored, people):
    outcome(scored, people.manager, 2, 1, agrees=True)
    changed = outcome(scored, people.person, 3, 1, agrees=True)
    assert changed.person_agreed_at and not changed.assessor_agreed_at and not changed.agreed_at
    again = outcome(scored, people.manager, 3, 1, agrees=True)
    assert again.agreed_at


def test_agreeing_to_a_part_says_what_is_missing_and_keeps_the_rest(as_user, scored, people):
    first, second = asked_keys(scored.assessment)
    form = {f"level-{first}": "2", f"level-{second}": "", "version": scored.outcome_version, "agree": "1"}
    answer = as_user(people.person).post(address("settle", scored.key), form)
    assert "settle on these first" in words(answer) and "Verhalen vertellen" in words(answer)
    scored.refresh_from_db()
    assert not scored.person_agreed_at
    assert Rating.objects.get(by="joint").level == 2


def test_the_other_came_first_and_both_are_shown(as_user, scored, people):
    seen = scored.outcome_version
    outcome(scored, people.manager, 1, 1)
    first, second = asked_keys(scored.assessment)
    form = {f"level-{first}": "3", f"level-{second}": "1", "version": seen, "agree": "1"}
    answer = as_user(people.person).post(address("settle", scored.key), form)
    page = words(answer)
    assert "the outcome was changed meanwhile, by Mara Bos" in page and "Veilig werken : Basic" in page
    chosen = answer.content.decode().split(f'id="id_level-{first}"')[1].split("</select>")[0]
    assert 'value="3" selected' in chosen
    scored.refresh_from_db()
    assert not scored.person_agreed_at
    with pytest.raises(OutcomeChanged):
        outcome(scored, people.person, 3, 1, seen=seen)


def test_agreeing_to_what_stands_needs_no_newer_version(scored, people):
    seen = scored.outcome_version
    outcome(scored, people.manager, 2, 1, agrees=True)
    # What the person chose in an older tab is just what stands by now.
    assert outcome(scored, people.person, 2, 1, seen=seen, agrees=True).agreed_at


def test_we_do_not_know_yet_is_an_outcome_too(scored, people):
    outcome(scored, people.manager, 2, None, agrees=True)
    assert outcome(scored, people.person, 2, None, agrees=True).agreed_at


@pytest.mark.parametrize("value", ["9", "-1", "x", "\0"])
def test_a_level_that_is_not_there_is_refused_beside_its_field(as_user, scored, people, value):
    first, second = asked_keys(scored.assessment)
    form = {f"level-{first}": value, f"level-{second}": "1", "version": scored.outcome_version}
    answer = as_user(people.person).post(address("settle", scored.key), form)
    assert answer.status_code == 200 and "This level isn’t there" in words(answer)
    assert not Rating.objects.filter(by="joint").exists()
    assert as_user(people.person).post(address("settle", scored.key), {"version": "x"}).status_code == 200


def test_nothing_is_settled_before_the_scores_are_in(as_user, shared, people):
    assert as_user(people.manager).post(address("settle", shared.key), {"version": 0}).status_code == 404


def test_the_overview_says_who_sees_it_while_it_is_shared(as_user, shared, people):
    client = as_user(people.person)
    assert "You, and Mara Bos once both scores are in." in words(client.get(address("mine")))
    end_sharing(sharing=shared)
    assert "Only you." in words(client.get(address("mine")))
