"""Handing in what a step asks for: drafts, and answers with their history."""

from uuid import UUID

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from people.models import User

from ..models import Enrolment, OnboardingEvent, StepAnswer, StepDraft, StepPage, StepProgress
from ..roles import Who
from ..uploads import drop_files, keep_file
from .doing import complete_step, submit_locked
from .ready import lock_ready_step
from .recording import record_event

SUBMIT = StepPage.Kind.SUBMIT
Value = str | File


class Incomplete(Exception):
    """Something that has to be filled in is missing: ``fields`` are the ids."""

    def __init__(self, fields: list[str]):
        super().__init__(fields)
        self.fields = fields


@transaction.atomic
def save_draft(
    *,
    enrolment: Enrolment,
    step_key: UUID,
    texts: dict[str, str],
    files: dict[str, File] | None = None,
    drop: str = "",
    as_role: str = Who.NEWCOMER,
) -> StepDraft | None:
    """Keep what was typed (all of it) and the files that were added; done already, nothing is kept (None).

    ``files`` are cleaned, see ``uploads.clean_upload``; earlier ones stay unless they are replaced, or ``drop`` names
    their field. Raises what ``complete_step`` raises.
    """
    _enrolment, page, _step, row = lock_ready_step(enrolment=enrolment, step_key=step_key, kind=SUBMIT, as_role=as_role)
    if row.completed_at is not None:
        return None
    draft, _created = StepDraft.objects.get_or_create(progress=row)
    asked = {str(block.id) for block in page.form_fields}
    kept = {key: value for key, value in draft.data.items() if isinstance(value, dict)}
    new = {key: {"file": keep_file(file), "name": file.name} for key, file in (files or {}).items() if key in asked}
    gone = {*new, drop} & kept.keys()
    drop_files([kept[key]["file"] for key in gone])
    texts = {key: value for key, value in texts.items() if key in asked}
    draft.data = {**texts, **{key: value for key, value in kept.items() if key not in gone}, **new}
    draft.save()
    return draft


@transaction.atomic
def hand_in_step(
    *,
    enrolment: Enrolment,
    step_key: UUID,
    values: dict[str, Value],
    actor: User | None = None,
    as_role: str = Who.NEWCOMER,
) -> StepProgress:
    """Hand in the answers: the step is done, or waits for the colleague who signs it off.

    ``values`` are texts and cleaned files by field id; a field that isn't named is empty, but a file that is there
    already (in the draft, or handed in) stays. An answer that is another one takes the place of the one before, which is
    kept. Done before, nothing changes; handed in before and waiting, the answers are changed. Raises ``Incomplete``, and
    what ``complete_step`` raises.
    """
    enrolment, page, step, row = lock_ready_step(enrolment=enrolment, step_key=step_key, kind=SUBMIT, as_role=as_role)
    if row.completed_at is not None:
        return row
    draft = StepDraft.objects.filter(progress=row).first()
    drafted = {key: value for key, value in (draft.data if draft else {}).items() if isinstance(value, dict)}
    current = {str(answer.field): answer for answer in row.answers.filter(replaced_at=None)}
    has_file = drafted.keys() | {key for key, answer in current.items() if answer.file}
    missing = [
        str(block.id)
        for block in page.form_fields
        if block.value["is_required"]
        and not values.get(str(block.id))
        and not (block.value["kind"] == "file" and str(block.id) in has_file)
    ]
    if missing:
        raise Incomplete(missing)
    writer = _Writer(row, page, current, drafted, actor or enrolment.user)
    for block in page.form_fields:
        writer.write(str(block.id), block.value, values.get(str(block.id)))
    if draft is not None:
        drop_files([value["file"] for key, value in drafted.items() if key not in writer.used])
        draft.delete()
    if not step.signed_off_by:
        complete_step(enrolment=enrolment, step_key=step_key, actor=actor, as_role=as_role)
    elif writer.has_changed or row.submitted_at is None:
        submit_locked(enrolment=enrolment, step=step, row=row, actor=actor)
    row.refresh_from_db()
    return row


class _Writer:
    """Writes answers of one step; ``used`` are the fields whose drafted file became an answer."""

    def __init__(self, row: StepProgress, page: StepPage, current: dict, drafted: dict, giver: User):
        self.row, self.page, self.current, self.drafted, self.giver = row, page, current, drafted, giver
        self.now = timezone.now()
        self.used: set[str] = set()
        self.has_changed = False

    def write(self, field: str, asked, value: Value | None) -> None:
        before = self.current.get(field)
        if asked["kind"] == "file":
            place, name = self._file(field, value)
            if not place:
                return
            given = {"file": place, "file_name": name}
        else:
            given = {"value": value or ""}
            if before is not None and (before.value, before.question) == (given["value"], asked["label"]):
                return
            if before is None and not value:
                return
        self.has_changed = True
        if before is not None:
            before.replaced_at = self.now
            before.save(update_fields=["replaced_at"])
        if value or asked["kind"] == "file":
            StepAnswer.objects.create(
                progress=self.row,
                field=field,
                question=asked["label"],
                kind=asked["kind"],
                revision_id=self.page.live_revision_id,
                given_by=self.giver,
                **given,
            )

    def _file(self, field: str, value: Value | None) -> tuple[str, str]:
        """Where the new file lies and what it is called; empty where none was added."""
        if value:
            return keep_file(value), value.name
        if field in self.drafted:
            self.used.add(field)
            return self.drafted[field]["file"], self.drafted[field]["name"]
        return "", ""


def record_look(*, answers_of: Enrolment, step_key: UUID, viewer: User) -> None:
    """Keep that somebody else looked at what was handed in."""
    record_event(kind=OnboardingEvent.Kind.LOOKED, enrolment=answers_of, step_key=step_key, actor=viewer)
