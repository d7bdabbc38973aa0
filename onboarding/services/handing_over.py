"""Day one: from the account before the start to the work account. HR says which, nobody guesses by address.

Either the account itself becomes the work account, or everything moves to one that is there already.
"""

from django.db import transaction
from django.utils import timezone

from base.stamp import touch_content
from notifications.models import Message
from people.models import User

from ..models import CheckInPoint, Enrolment, Meeting, OnboardingEvent, StepAnswer, StepAttempt, StepProgress, Supporter
from ..reading import forget_people
from .preboarding import AddressInUse, NotBeforeStart, revoke_links
from .recording import record_event
from .scheduling import reschedule
from .withdrawing import close_and_forget

Kind = OnboardingEvent.Kind


class StaffNumberInUse(Exception):
    """A colleague has this staff number already; ``args[0]`` is the account."""


class AlreadyOnPath(Exception):
    """The colleague is on the same path by themselves; ``args[0]`` is that enrolment."""


class WalksAlong(Exception):
    """The colleague is a supporter on one of these paths, so it is somebody else; ``args[0]`` is the enrolment."""


@transaction.atomic
def give_work_account(*, user: User, email: str, staff_number: str | None = None, actor: User | None = None) -> bool:
    """The account becomes a colleague's: another address, everything open, the old links and sessions gone.

    The personal address isn't kept. They sign in by single sign-on, or choose a password by the link of the sign-in page;
    none is made or mailed. Returns whether that changes anything: done before, nothing does. Raises ``AddressInUse``,
    ``StaffNumberInUse``, and ``NotBeforeStart`` for who was closed.
    """
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    if not user.is_preboarder:
        return False
    if not user.is_active:
        raise NotBeforeStart(user)
    others = User.objects.exclude(pk=user.pk)
    if (present := others.filter(email__iexact=email).first()) is not None:
        raise AddressInUse(present)
    staff_number = staff_number or None
    if staff_number and (present := others.filter(staff_number=staff_number).first()) is not None:
        raise StaffNumberInUse(present)
    user.email, user.staff_number = User.objects.normalize_email(email), staff_number
    user.is_preboarder = False
    # Sessions hang on the password: another unusable one ends them all.
    user.set_unusable_password()
    user.save()
    user.emailaddress_set.all().delete()
    revoke_links(user, timezone.now())
    for enrolment in Enrolment.objects.of(user):
        record_event(kind=Kind.HANDED_OVER, enrolment=enrolment, actor=actor, to="same")
    return True


@transaction.atomic
def move_to_colleague(*, user: User, colleague: User, actor: User | None = None) -> bool:
    """Everything moves to the colleague's own account: paths, progress, answers, people, meetings, messages, the record.

    The account before the start is closed and erased. Returns whether that changes anything: done before, nothing does.
    Raises ``AlreadyOnPath``, ``WalksAlong``, and ``NotBeforeStart`` for who was closed, or where the colleague is no
    account of who works here.
    """
    people = User.objects.select_for_update(of=("self",)).filter(pk__in=[user.pk, colleague.pk]).order_by("pk")
    by_id = {person.pk: person for person in people}
    user, colleague = by_id[user.pk], by_id[colleague.pk]
    if not user.is_preboarder:
        return False
    if not user.is_active or not colleague.is_active or colleague.is_preboarder:
        raise NotBeforeStart(user)
    enrolments = list(Enrolment.objects.select_for_update(of=("self",)).filter(user=user).order_by("pk"))
    check_move(enrolments, colleague)
    for enrolment in enrolments:
        earlier = Enrolment.objects.of(colleague).filter(path_key=enrolment.path_key).count()
        enrolment.user, enrolment.cycle = colleague, earlier + enrolment.cycle
        # HR looks at whose account it is, so at whose people they are.
        enrolment.manager_id = colleague.manager_id or enrolment.manager_id
        enrolment.save(update_fields=["user", "cycle", "manager"])
        forget_people(enrolment)
    _sign_with(user, colleague)
    _move_messages(user, colleague)
    for name in ("manager", "team", "start_date"):
        if getattr(colleague, f"{name}_id" if name != "start_date" else name) is None:
            setattr(colleague, name, getattr(user, name))
    colleague.save()
    close_and_forget(user)
    for enrolment in enrolments:
        record_event(kind=Kind.HANDED_OVER, enrolment=enrolment, actor=actor, to="other")
        # Another account, another week: dates follow the days that they work.
        if enrolment.ended_on is None:
            reschedule(enrolment=enrolment)
    touch_content()
    return True


def check_move(enrolments: list[Enrolment], colleague: User) -> None:
    """Raises ``AlreadyOnPath`` or ``WalksAlong`` where these can't be this colleague's."""
    running = [enrolment.path_key for enrolment in enrolments if enrolment.ended_on is None]
    same = Enrolment.objects.of(colleague).not_ended().filter(path_key__in=running).first()
    if same is not None:
        raise AlreadyOnPath(same)
    walks = Supporter.objects.filter(enrolment__in=enrolments, colleague=colleague).select_related("enrolment").first()
    if walks is not None:
        raise WalksAlong(walks.enrolment)


def _sign_with(user: User, colleague: User) -> None:
    """What they did themselves, they go on having done."""
    for model, field in (
        (StepProgress, "completed_by"),
        (StepAttempt, "completed_by"),
        (StepAnswer, "given_by"),
        (OnboardingEvent, "actor"),
        (Meeting, "changed_by"),
        (CheckInPoint, "written_by"),
    ):
        model.objects.filter(**{field: user}).update(**{field: colleague})


def _move_messages(user: User, colleague: User) -> None:
    """What was told is told: nothing of it goes out again to the other address."""
    told = set(Message.objects.of(colleague).values_list("kind", "key"))
    for message in Message.objects.of(user):
        if (message.kind, message.key) not in told:
            message.recipient = colleague
            message.save(update_fields=["recipient"])
