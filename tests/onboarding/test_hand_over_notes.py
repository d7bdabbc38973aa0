"""What whoever hands a role over writes to who takes it, and who reads that."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from notifications.kinds import get_kind
from notifications.models import Message
from onboarding.models import HandOverNote, Supporter
from onboarding.personal_data import collect
from onboarding.services import enrol, name_supporter
from onboarding.services.erasing import erase_answers

from .hr import confirm, errors_of, preview, words_of

pytestmark = pytest.mark.django_db
WORDS = "Ze werkt het liefst in de ochtend. <b>Let op</b> de lift."


@pytest.fixture
def old(make_user):
    return make_user(first_name="Oud")


@pytest.fixture
def new(make_user):
    return make_user(first_name="Nova", last_name="Zes")


@pytest.fixture
def walk(path, user, old):
    return enrol(user=user, path=path, start_date=date(2026, 10, 1), buddy=old)


def test_hr_hands_a_role_over_with_a_note_that_the_new_one_reads(hr, of_hr, walk, user, old, new, as_user, make_user):
    url = f"/admin/enrolments/edit/{walk.pk}/supporter/"
    data = {"role": "buddy", "colleague": new.pk, "note": WORDS}
    assert "note" in errors_of(hr.post(url, {"role": "buddy", "colleague": "", "note": WORDS}))
    assert "note" in errors_of(hr.post(url, {**data, "how": "stop"}))
    assert "note" in errors_of(hr.post(url, {**data, "note": "x" * 2001}))
    assert "Nova Zes" in words_of(preview(hr, url, data).context["outlook"]) and not HandOverNote.objects.exists()
    confirm(hr, url, data)
    # The same once more, in another tab, changes nothing and writes nothing.
    hr.post(url, {**data, "seen": preview(hr, url, data).context["outlook"].fingerprint})
    (note,) = HandOverNote.objects.all()
    assert (note.text, note.role, note.colleague) == (WORDS, "buddy", new)
    # The mail says that there is one, and not what it says.
    told = Message.objects.get(recipient=new, kind="onboarding.role_changed")
    with override("en"):
        content = get_kind(told.kind).resolve(told.payload, new)
    assert "A note was left for you" in content.text and "ochtend" not in content.text
    # Who reads it: the table, and who wrote and got it while they walk along.
    manager = make_user()
    name_supporter(enrolment=walk, role="manager", colleague=manager)
    readers = {user: True, new: True, old: False, manager: False, of_hr: True, make_user(): False}
    for reader, reads in readers.items():
        assert HandOverNote.objects.seen_by(reader).exists() is reads, reader
    page = as_user(new).get(f"/en/onboarding/for/{walk.pk}/").content.decode()
    assert "in de ochtend" in page and "<b>Let op</b>" not in page
    assert "in de ochtend" not in as_user(manager).get(f"/en/onboarding/for/{walk.pk}/").content.decode()
    assert "in de ochtend" in as_user(user).get(f"/nl/onboarding/{walk.pk}/history/").content.decode()
    assert "in de ochtend" in as_user(of_hr).get(f"/admin/enrolments/edit/{walk.pk}/").content.decode()
    Supporter.objects.filter(colleague=new).update(ends_on=timezone.localdate() - timedelta(days=1))
    assert not HandOverNote.objects.seen_by(new).exists()


def test_a_note_is_the_persons_own_data_and_goes_with_the_answers(walk, user, new, old):
    name_supporter(enrolment=walk, role="buddy", colleague=new, note=f" {WORDS}\0 ", actor=old)
    (kept,) = collect(user)["enrolments"][0]["hand_over_notes"]
    assert (kept["text"], kept["written_by"]) == (WORDS, old.get_full_name())
    assert [note["text"] for note in collect(old)["hand_over_notes_of_others"]] == [WORDS]
    assert erase_answers(enrolment=walk)["HandOverNote"] == 1
    assert not HandOverNote.objects.exists()
