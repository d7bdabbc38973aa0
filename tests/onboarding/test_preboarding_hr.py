"""HR and who hasn't started: the invitation after one "go", the hand-over on day one, and who doesn't come."""

from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.apps import apps
from django.core import mail
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client
from django.utils import timezone

from notifications.models import Message
from notifications.services import notify
from onboarding.models import (
    ChecklistTick,
    Enrolment,
    OnboardingEvent,
    PreboardingInvitation,
    StepAnswer,
    StepPage,
    StepProgress,
    Supporter,
)
from onboarding.services import complete_step, enrol
from onboarding.services.handing_over import (
    AlreadyOnPath,
    StaffNumberInUse,
    WalksAlong,
    give_work_account,
    move_to_colleague,
)
from onboarding.services.preboarding import AddressInUse, NotBeforeStart, invite_preboarder
from onboarding.services.withdrawing import erase_withdrawn, take_back_withdrawal, withdraw_preboarder
from people.models import RetentionPeriods, User
from tests.factories import UserFactory
from tests.onboarding.hr import preview, words_of

pytestmark = pytest.mark.django_db
START = timezone.localdate() + timedelta(days=21)
LIST = "/admin/before-start/"
ADDRESS = "sam@prive.example"
Kind = OnboardingEvent.Kind


@pytest.fixture
def hr_person():
    return UserFactory(groups=["HR"])


@pytest.fixture
def hr(hr_person):
    client = Client()
    client.force_login(hr_person)
    return client


@pytest.fixture
def person(path, django_capture_on_commit_callbacks):
    """Sam, invited, with a buddy, and with the first step done."""
    with django_capture_on_commit_callbacks(execute=True):
        enrolment, _invitation = invite_preboarder(
            first_name="Sam",
            last_name="Zilvermeeuw",
            email=ADDRESS,
            locale="nl",
            start_date=START,
            path=path,
            supporters={Supporter.Role.BUDDY: UserFactory()},
            manager=UserFactory(),
        )
    complete_step(enrolment=enrolment, step_key=first_step(path).translation_key)
    return enrolment.user


def first_step(path) -> StepPage:
    return StepPage.objects.descendant_of(path).order_by("path").first()


def answer_of(person) -> StepAnswer:
    progress = StepProgress.objects.filter(enrolment__user=person, completed_at__isnull=False).get()
    answer = StepAnswer(
        progress=progress, field="00000000-0000-0000-0000-000000000001", question="Maat?", kind="file", given_by=person
    )
    answer.value, answer.file_name = "Zilvermeeuw, maat 38", "zilvermeeuw.pdf"
    answer.file.save("zilvermeeuw.pdf", ContentFile(b"%PDF-1.4"), save=False)
    answer.save()
    return answer


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def is_signed_in(client) -> bool:
    return client.get("/nl/onboarding/").status_code == 200


def filled_in(on_path, **fields) -> dict:
    values = {
        "first_name": "Noor",
        "last_name": "Smit",
        "email": "noor@prive.example",
        "locale": "en",
        "start_date": START.isoformat(),
        "path": str(on_path.translation_key),
    }
    return values | fields


def confirm(client, address: str, data: dict, callbacks=None):
    """See what would happen, then do it."""
    seen = client.post(address, data)
    assert seen.status_code == 200, seen.content.decode()[:500]
    data = data | {"seen": seen.context["outlook"].fingerprint}
    if callbacks is None:
        return client.post(address, data, follow=True)
    with callbacks(execute=True):
        return client.post(address, data)


def test_hr_sees_what_would_be_sent_before_one_go(hr, path, django_capture_on_commit_callbacks):
    data = filled_in(path)
    seen = hr.post(f"{LIST}invite/", data).content.decode()
    assert "noor@prive.example" in seen and not mail.outbox and not User.objects.filter(is_preboarder=True).exists()
    confirm(hr, f"{LIST}invite/", data, django_capture_on_commit_callbacks)
    person = User.objects.get(email="noor@prive.example")
    assert person.is_preboarder and (person.locale, person.start_date) == ("en", START)
    (message,) = mail.outbox
    assert message.to == [person.email] and "Hello Noor" in message.body


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("first_name", ""),
        ("email", "noor"),
        ("email", "BEZET@veldbron.example"),
        ("start_date", "2001-01-01"),
        ("start_date", "31-31-2027"),
        ("path", "00000000-0000-0000-0000-000000000000"),
        ("locale", "xx"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(hr, path, field, value):
    UserFactory(email="bezet@veldbron.example")
    answer = hr.post(f"{LIST}invite/", filled_in(path, **{field: value}))
    assert answer.status_code == 422 and list(answer.context["form"].errors) == [field]
    assert 'value="Smit"' in answer.content.decode()


def test_the_form_asks_no_copies_of_papers(hr, path):
    page = hr.get(f"{LIST}invite/").content.decode()
    assert not {"birth", "iban", "bsn", "phone", "address"} & set(hr.get(f"{LIST}invite/").context["form"].fields)
    assert "identiteitsbewij" in page or "identity cards" in page


@pytest.mark.parametrize("groups", [[], ["Editors"], ["Managers"], ["Moderators"]])
def test_nobody_but_hr_comes_near(path, person, groups):
    client = signed_in(UserFactory(groups=groups))
    for place in (
        "",
        "invite/",
        f"{person.pk}/",
        f"{person.pk}/account/",
        f"{person.pk}/move/",
        f"{person.pk}/withdraw/",
    ):
        answer = client.get(f"{LIST}{place}", follow=True)
        assert ADDRESS not in answer.content.decode() and b"Zilvermeeuw" not in answer.content, place
    assert client.post(f"{LIST}{person.pk}/send/").status_code in (302, 403)
    assert len(mail.outbox) == 1


def test_the_list_tells_who_and_how_it_stands_in_a_fixed_number_of_queries(
    hr, person, path, django_assert_max_num_queries
):
    page = hr.get(LIST).content.decode()
    assert "Sam Zilvermeeuw" in page
    with django_assert_max_num_queries(17):
        hr.get(LIST)
    for number in range(4):
        invite_preboarder(
            first_name="Bo",
            last_name=f"{number}",
            email=f"bo{number}@prive.example",
            locale="nl",
            start_date=START,
            path=path,
        )
    hr.get(LIST)
    with django_assert_max_num_queries(17):
        hr.get(LIST)


def test_a_dead_mail_server_is_told_and_the_link_is_sent_again(
    hr, path, monkeypatch, django_capture_on_commit_callbacks
):
    def refuse(self, fail_silently=False):
        raise SMTPException("away")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMultiAlternatives.send", refuse)
        confirm(hr, f"{LIST}invite/", filled_in(path), django_capture_on_commit_callbacks)
    person = User.objects.get(email="noor@prive.example")
    page = hr.get(f"{LIST}{person.pk}/")
    assert page.context["mail_failed"] and f"{LIST}{person.pk}/send/" in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        hr.post(f"{LIST}{person.pk}/send/")
    assert len(mail.outbox) == 1
    assert not hr.get(f"{LIST}{person.pk}/").context["mail_failed"]


def test_the_account_becomes_the_work_account_with_everything_in_it(hr, person, path):
    session = signed_in(person)
    assert is_signed_in(session)
    confirm(hr, f"{LIST}{person.pk}/account/", {"email": "sam.z@veldbron.example", "staff_number": "V77"})
    person.refresh_from_db()
    assert (person.email, person.staff_number) == ("sam.z@veldbron.example", "V77")
    assert not person.is_preboarder and not person.has_usable_password()
    assert not is_signed_in(session)
    assert not PreboardingInvitation.objects.usable(timezone.now()).exists()
    enrolment = person.enrolments.get()
    assert enrolment.progress.done().count() == 1 and enrolment.supporters.count() == 1
    assert enrolment.events.filter(kind=Kind.HANDED_OVER).count() == 1
    assert rows_with(ADDRESS) == []
    assert signed_in(person).get("/nl/").status_code == 200


def test_handing_over_again_changes_nothing(person):
    assert give_work_account(user=person, email="sam.z@veldbron.example")
    assert not give_work_account(user=person, email="other@veldbron.example")
    assert not move_to_colleague(user=person, colleague=UserFactory())
    person.refresh_from_db()
    assert person.email == "sam.z@veldbron.example"


def test_an_address_or_number_of_somebody_else_is_refused(person):
    other = UserFactory(email="taken@veldbron.example", staff_number="V1")
    with pytest.raises(AddressInUse):
        give_work_account(user=person, email="TAKEN@veldbron.example")
    with pytest.raises(StaffNumberInUse):
        give_work_account(user=person, email="sam.z@veldbron.example", staff_number=other.staff_number)
    person.refresh_from_db()
    assert person.is_preboarder and person.email == ADDRESS


def test_the_personal_address_is_no_work_address(hr, person):
    answer = hr.post(f"{LIST}{person.pk}/account/", {"email": ADDRESS.upper()})
    assert answer.status_code == 422 and "email" in answer.context["form"].errors


def test_accounts_that_may_be_theirs_are_proposed_by_name_not_by_address(hr, person):
    same = UserFactory(first_name="SAM", last_name="zilvermeeuw")
    starts = UserFactory(first_name="Samuel", last_name="Zilvermeeuw", start_date=START)
    UserFactory(first_name="Sam", last_name="Anders", email="sam@veldbron.example")
    assert list(hr.get(f"{LIST}{person.pk}/").context["proposals"]) == [same, starts]


def test_everything_moves_to_the_account_that_is_there(hr, hr_person, person, path):
    colleague = UserFactory(first_name="Sam", last_name="Zilvermeeuw", email="sam.z@veldbron.example")
    answer = answer_of(person)
    enrolment = person.enrolments.get()
    ChecklistTick.objects.create(progress=answer.progress, item=answer.field)
    notify(recipient=person, kind="onboarding.new_attempts", key="1")
    before = list(enrolment.progress.order_by("pk").values_list("pk", "step_key", "completed_at", "opened_at"))
    session = signed_in(person)
    confirm(hr, f"{LIST}{person.pk}/move/", {"colleague": colleague.pk})
    enrolment.refresh_from_db()
    assert enrolment.user == colleague
    assert list(enrolment.progress.order_by("pk").values_list("pk", "step_key", "completed_at", "opened_at")) == before
    assert enrolment.progress.done().get().completed_by == colleague
    answer.refresh_from_db()
    assert answer.given_by == colleague and answer.progress.ticks.count() == 1 and enrolment.supporters.count() == 1
    assert Message.objects.filter(recipient=colleague, kind="onboarding.new_attempts").exists()
    event = enrolment.events.get(kind=Kind.HANDED_OVER)
    assert event.actor == hr_person
    assert enrolment.events.filter(kind=Kind.DONE).get().actor == colleague
    colleague.refresh_from_db()
    assert (colleague.start_date, colleague.manager) == (START, User.objects.get(pk=person.manager_id))
    person.refresh_from_db()
    assert person.forgotten_at and not person.is_preboarder and not person.is_active
    assert not is_signed_in(session)
    assert rows_with(ADDRESS) == []
    assert not move_to_colleague(user=person, colleague=colleague)


def test_a_colleague_on_the_same_path_keeps_both_and_hr_is_told_why(hr, person, path):
    colleague = UserFactory()
    enrol(user=colleague, path=path, start_date=START)
    with pytest.raises(AlreadyOnPath):
        move_to_colleague(user=person, colleague=colleague)
    seen = hr.post(f"{LIST}{person.pk}/move/", {"colleague": colleague.pk})
    assert not seen.context["outlook"].may_confirm and len(seen.context["outlook"].warnings) == 1
    person.refresh_from_db()
    assert person.is_preboarder and person.enrolments.count() == 1


def test_nobody_becomes_their_own_supporter_by_a_move(person):
    buddy = Supporter.objects.get(enrolment__user=person).colleague
    with pytest.raises(WalksAlong):
        move_to_colleague(user=person, colleague=buddy)


@pytest.mark.parametrize("state", [{"is_active": False}, {"is_preboarder": True}])
def test_only_the_account_of_who_works_here_gets_anything(person, state):
    with pytest.raises(NotBeforeStart):
        move_to_colleague(user=person, colleague=UserFactory(**state))


def test_an_earlier_time_on_the_path_makes_this_the_next(person, path):
    colleague = UserFactory()
    earlier = enrol(user=colleague, path=path, start_date=START - timedelta(days=500))
    Enrolment.objects.filter(pk=earlier.pk).update(ended_on=timezone.localdate())
    move_to_colleague(user=person, colleague=colleague)
    assert sorted(colleague.enrolments.values_list("cycle", flat=True)) == [1, 2]


@pytest.mark.parametrize(("chosen", "no_show"), [("", False), ("1", True)])
def test_who_doesnt_come_is_closed_at_once(hr, person, chosen, no_show):
    notify(recipient=person, kind="onboarding.new_attempts", key="1")
    session = signed_in(person)
    PreboardingInvitation.objects.update(used_at=None)
    confirm(hr, f"{LIST}{person.pk}/withdraw/", {"no_show": chosen})
    assert not is_signed_in(session)
    assert not PreboardingInvitation.objects.filter(revoked_at=None).exists()
    enrolment = person.enrolments.get()
    assert (enrolment.ended_on, enrolment.end_reason) == (timezone.localdate(), Enrolment.Reason.WITHDRAWN)
    assert enrolment.events.get(kind=Kind.WITHDRAWN).data["no_show"] is no_show
    assert not Message.objects.filter(recipient=person, mail=Message.Mail.WAITING).exists()
    assert not withdraw_preboarder(user=person)
    assert enrolment.events.filter(kind=Kind.WITHDRAWN).count() == 1


def test_who_has_a_work_account_is_not_withdrawn_here(hr):
    colleague = UserFactory()
    with pytest.raises(NotBeforeStart):
        withdraw_preboarder(user=colleague)
    assert hr.get(f"{LIST}{colleague.pk}/withdraw/", follow=True).status_code == 404


def test_coming_after_all_opens_it_again(hr, person):
    withdraw_preboarder(user=person)
    confirm(hr, f"{LIST}{person.pk}/back/", {})
    person.refresh_from_db()
    assert person.is_active and person.enrolments.get().ended_on is None
    assert person.enrolments.get().progress.done().count() == 1
    assert not take_back_withdrawal(user=person)


def rows_with(text: str) -> list[str]:
    """Every row of the database in which this text stands, whatever the table."""
    found = []
    for model in apps.get_models():
        texts = [
            f
            for f in model._meta.concrete_fields
            if isinstance(f, models.CharField | models.TextField | models.JSONField)
        ]
        texts += [f for f in model._meta.concrete_fields if isinstance(f, models.FileField)]
        rows = model._base_manager.values_list("pk", *(field.attname for field in texts))
        hits = (row[0] for row in rows if any(text.lower() in str(value).lower() for value in row[1:]))
        found.extend(f"{model._meta.label} {pk}" for pk in hits)
    return found


def test_who_doesnt_come_is_erased_after_four_weeks(hr, person, django_capture_on_commit_callbacks):
    answer = answer_of(person)
    storage, place = answer.file.storage, answer.file.name
    session = signed_in(person)
    session.get("/nl/onboarding/")
    hr.get(LIST)
    assert "zodra de bewaartermijnen bevestigd zijn" in words_of(
        preview(hr, f"{LIST}{person.pk}/withdraw/", {}).context["outlook"]
    )
    RetentionPeriods.objects.create(confirmed_at=timezone.now())
    assert "Na 4 weken" in words_of(preview(hr, f"{LIST}{person.pk}/withdraw/", {}).context["outlook"])
    withdraw_preboarder(user=person)
    assert "4 weken" in hr.get(f"{LIST}{person.pk}/").content.decode()
    assert rows_with("zilvermeeuw") and rows_with(ADDRESS)
    now = timezone.now()
    assert erase_withdrawn(now + timedelta(days=27)) == []
    later = now + timedelta(days=28)
    assert erase_withdrawn(later, dry_run=True) == [person.pk]
    assert rows_with(ADDRESS) and storage.exists(place)
    with django_capture_on_commit_callbacks(execute=True):
        assert erase_withdrawn(later) == [person.pk]
    assert rows_with("zilvermeeuw") == [] and rows_with(ADDRESS) == []
    assert not storage.exists(place)
    assert OnboardingEvent.objects.filter(kind=Kind.WITHDRAWN, enrolment=None).exclude(pseudonym="").count() == 1
    assert erase_withdrawn(later) == []
    assert hr.get(f"{LIST}{person.pk}/", follow=True).status_code == 404


def test_what_is_kept_on_purpose_is_not_erased(person):
    RetentionPeriods.objects.create(confirmed_at=timezone.now())
    withdraw_preboarder(user=person)
    Enrolment.objects.update(on_legal_hold=True)
    assert erase_withdrawn(timezone.now() + timedelta(days=99)) == []


def test_who_is_still_to_come_is_not_erased(person):
    assert erase_withdrawn(timezone.now() + timedelta(days=999)) == []
