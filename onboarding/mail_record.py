"""What became of each mail about somebody's path, kept in its record."""

from collections import defaultdict
from uuid import UUID

from django.utils import timezone

from notifications.outcomes import Outcome

from .models import Enrolment, HelpRequest, Meeting, OnboardingEvent, PulseInvitation, StepProgress, Supporter

KINDS = {
    Outcome.SENT: OnboardingEvent.Kind.MAILED,
    Outcome.FAILED: OnboardingEvent.Kind.MAIL_FAILED,
    Outcome.AGAIN: OnboardingEvent.Kind.MAIL_AGAIN,
    Outcome.NOT_WANTED: OnboardingEvent.Kind.NOT_MAILED,
    Outcome.NOT_NEEDED: OnboardingEvent.Kind.NOT_MAILED,
}
# Where to find, by what the payload of a message names, the enrolment (id), its path and the step.
ABOUT = {
    "progress": (StepProgress, ("enrolment", "enrolment__path_key", "step_key")),
    "enrolment": (Enrolment, ("pk", "path_key")),
    "question": (HelpRequest, ("enrolment", "enrolment__path_key", "step_key")),
    "meeting": (Meeting, ("progress__enrolment", "progress__enrolment__path_key", "progress__step_key")),
    "invitation": (PulseInvitation, ("enrolment", "enrolment__path_key")),
    "supporter": (Supporter, ("enrolment", "enrolment__path_key")),
}
# That one of these is sent says what HR may not see of somebody: how a quiz goes, and that there are notes on an agenda.
UNRECORDED = {
    "onboarding.new_attempts",
    "onboarding.quiz_rescored",
    "onboarding.quiz_used_up",
    "onboarding.check_in",
}


def record_mails(messages: list, outcome: Outcome, actor=None) -> None:
    """Write an event for each message that is about somebody's path: to whom, of which kind, and what came of it.

    One query for each sort of thing that they are about, and one to write.
    """
    now, by_name = timezone.now(), defaultdict(list)
    for message in messages:
        name = next((name for name in ABOUT if isinstance(message.payload.get(name), int)), None)
        if name and message.kind.startswith("onboarding.") and message.kind not in UNRECORDED:
            by_name[name].append(message)
    events = []
    for name, about in by_name.items():
        found = _found(name, {message.payload[name] for message in about})
        for message in about:
            if message.payload[name] not in found:
                continue
            enrolment, path_key, *step_key = found[message.payload[name]]
            data = {"message": message.kind, "recipient": message.recipient_id}
            if message.error and outcome == Outcome.FAILED:
                data["error"] = message.error
            if outcome in (Outcome.NOT_WANTED, Outcome.NOT_NEEDED):
                data["skipped"] = str(outcome)
            events.append(
                OnboardingEvent(
                    enrolment_id=enrolment,
                    path_key=path_key,
                    step_key=step_key[0] if step_key else None,
                    kind=KINDS[outcome],
                    actor=actor,
                    at=now,
                    data=data,
                )
            )
    OnboardingEvent.objects.bulk_create(events)


def _found(name: str, keys: set[int]) -> dict[int, tuple[int | UUID, ...]]:
    model, fields = ABOUT[name]
    return {pk: values for pk, *values in model.objects.filter(pk__in=keys).values_list("pk", *fields)}
