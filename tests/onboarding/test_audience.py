"""For whom a step or a path is: team, location, role, contract, language and cohort, and the words for each."""

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.translation import override

from onboarding.models import StepPage
from onboarding.plan.audience import Audience, Member
from onboarding.reading_outlines import draft_path, whole_path
from onboarding.reasons import audience_words
from onboarding.services import accept_steps, enrol, propose_steps
from people.models import Location, Team, User
from tests.factories import StepFactory

from .conftest import publish
from .hr import preview, words_of

pytestmark = pytest.mark.django_db
Contract = User.ContractType


@pytest.fixture
def north(db):
    return Location.objects.create(name="Zuivering Noord", name_en="Treatment North")


@pytest.fixture
def for_some(phases, north):
    """A step for interns and agency workers in the north."""
    step = StepFactory(parent=phases[0], title="Veilig op het terrein")
    step.audience_locations = [north]
    step.audience_contracts = [Contract.INTERN, Contract.AGENCY]
    return publish(step)


@pytest.mark.parametrize(
    ("audience", "is_for"),
    [
        (Audience(locations=frozenset({1})), True),
        (Audience(locations=frozenset({2})), False),
        (Audience(contracts=frozenset({"intern", "agency"})), True),
        (Audience(contracts=frozenset({"permanent"})), False),
        (Audience(teams=frozenset({7}), locations=frozenset({1, 2}), contracts=frozenset({"intern"})), True),
        (Audience(teams=frozenset({8}), locations=frozenset({1}), contracts=frozenset({"intern"})), False),
    ],
)
def test_every_condition_has_to_be_met_and_one_of_several_is_enough(audience, is_for):
    member = Member(frozenset({7}), frozenset(), "nl", "", 1, "intern")
    assert audience.includes(member) is is_for and not audience.is_everybody
    # Who has no location or contract is of none of them.
    assert not audience.includes(Member(frozenset({7}), frozenset(), "nl", ""))


def test_a_plan_has_what_is_for_the_person_and_a_change_is_a_proposal(path, for_some, north, make_user):
    intern = make_user(location=north, contract_type=Contract.INTERN)
    other = make_user(location=north, contract_type=Contract.PERMANENT)
    theirs, others = (enrol(user=who, path=path, start_date=date(2026, 10, 1)) for who in (intern, other))
    key = for_some.translation_key
    assert theirs.progress.filter(step_key=key).exists() and not others.progress.filter(step_key=key).exists()
    other.contract_type = Contract.AGENCY
    other.save()
    others.refresh_from_db()
    assert [each.key for each in propose_steps(enrolment=others).add] == [key]
    # Declined stays declined until the person is somebody else to this step.
    accept_steps(enrolment=others, decline=[key])
    assert propose_steps(enrolment=others).is_nothing
    other.contract_type = Contract.INTERN
    other.save()
    others.refresh_from_db()
    assert [each.key for each in propose_steps(enrolment=others).add] == [key]
    intern.location = None
    intern.save()
    theirs.refresh_from_db()
    assert [each.key for each in propose_steps(enrolment=theirs).remove] == [key]


def test_the_step_and_the_path_say_why_one_sees_them(as_user, path, for_some, north, make_user):
    path.audience_teams = [Team.objects.create(name="Netwerk")]
    path.audience_groups = [Group.objects.get(name="Managers")]
    publish(path)
    intern = make_user(location=north, contract_type=Contract.INTERN, locale="en")
    enrolment = enrol(user=intern, path=path, start_date=date(2026, 10, 1))
    client = as_user(intern)
    step = client.get(for_some.get_url()).content.decode()
    assert north.name in step
    page = client.get(f"/en/onboarding/{enrolment.pk}/").content.decode()
    assert "Why do I see this path?" in page and "It is for the team Netwerk." in page
    with override("en"):
        audience = whole_path(path.translation_key).step(for_some.translation_key).audience
        assert audience_words(audience) == [
            "It is for who works at Zuivering Noord.",
            "It is for who has this contract: agency or secondment or internship.",
        ]
        north.name = "Noord"
        north.save()
        assert "It is for who works at Noord." in audience_words(audience)


def test_putting_somebody_else_on_the_path_warns_first(hr, path, north, make_user):
    path.audience_locations, path.audience_contracts = [north], [Contract.INTERN]
    publish(path)
    here = make_user(location=north, contract_type=Contract.INTERN)
    for who, warned in ((here, False), (make_user(location=north), True)):
        data = {"user": who.pk, "path": str(path.translation_key), "start_date": "2026-12-01"}
        words = words_of(preview(hr, "/admin/enrolments/new/", data).context["outlook"])
        assert ("not among those this path is for" in words or "Zuivering Noord" in words) is warned


def test_a_draft_shows_its_own_audience_and_the_preview_can_be_anybody(hr, path, for_some, north):
    for_some.audience_locations, for_some.audience_contracts = [], [Contract.FREELANCE]
    for_some.save_revision()
    path.audience_locations = [north]
    path.save_revision()
    drafted = draft_path(path.translation_key, "nl")
    assert drafted.step(for_some.translation_key).audience == Audience(contracts=frozenset({"freelance"}))
    assert drafted.audience == Audience(locations=frozenset({north.pk}))
    assert whole_path(path.translation_key).audience.is_everybody
    address = reverse("onboarding_preview_as", args=[path.translation_key])
    who = {"language": "nl", "start_date": "2026-12-01", "working_days": ["0", "1"], "location": north.pk}
    for contract, is_there in (("freelance", True), ("intern", False)):
        page = hr.get(address, {**who, "contract": contract})
        assert (for_some.title in words_of_table(page.context["table"])) is is_there
    assert hr.get(address, {**who, "contract": "nonsense", "location": "x"}).context["plan"] is None


def words_of_table(table) -> str:
    return " ".join(cell for row in table.rows for cell in row)


def test_editors_tick_contracts_and_nonsense_is_refused(for_some):
    form_class = StepPage.get_edit_handler().get_form_class()
    fields = form_class(instance=StepPage.objects.get(pk=for_some.pk)).fields["audience_contracts"]
    assert [value for value, _label in fields.choices] == Contract.values
    assert fields.clean(["intern"]) == ["intern"] and fields.clean([]) == []
    with pytest.raises(Exception, match="nonsense"):
        fields.clean(["nonsense"])


def test_locations_are_kept_in_the_admin_by_who_may(client, make_user, north):
    client.force_login(make_user(is_superuser=True, locale="en"))
    address = reverse("locations:add")
    assert client.post(address, {"name": "Hoofdkantoor", "name_en": "Head office"}).status_code == 302
    assert Location.objects.get(name="Hoofdkantoor").name_en == "Head office"
    again = client.post(address, {"name": "zuivering noord", "name_en": ""})
    assert again.status_code == 200 and "There is a location of this name already." in again.content.decode()
    colleague = make_user()
    form = client.get(reverse("wagtailusers_users:edit", args=[colleague.pk])).context["form"]
    assert {"location", "contract_type"} <= set(form.fields)
    client.force_login(make_user(groups=["HR"]))
    assert client.get(address).status_code == 302 and Location.objects.count() == 2
