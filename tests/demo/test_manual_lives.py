"""What the demo says happened to its manuals."""

import pytest
from django.utils.translation import override
from wagtail.models import Page

from demo.building.content import load
from demo.building.registry import Registry, key_of
from guidelines.models import Feedback, Following, PageChange
from guidelines.reading.changes import ChangesReading
from guidelines.reading.own import OwnReading
from notifications.models import Message
from notifications.resolving import resolve
from people.models import User

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.usefixtures("demo")]


def person(name: str) -> User:
    return User.objects.get(pk=Registry.read().person(name))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_each_large_change_is_said_in_both_languages(language):
    for row in load("manual_lives")["changes"]:
        page = Page.objects.get(translation_key=key_of(row["page"]), locale__language_code=language).specific
        [large] = ChangesReading(page).large
        assert (large.change.line, large.line_lang) == (row["line"][language], "")
        assert large.since is not None


def test_there_are_votes_enough_to_show_a_score_and_words_in_every_state():
    page = Page.objects.get(translation_key=key_of("manual/veilig/stoffen"), locale__language_code="nl").specific
    assert OwnReading(page, person("kevin")).score is not None
    assert set(Feedback.objects.with_words().values_list("status", flat=True)) == {"open", "planned", "done"}


def test_followers_and_owners_were_told():
    assert Following.objects.count() == len(load("manual_lives")["follows"])
    kinds = ("guidelines.manual_changed", "guidelines.feedback_received", "guidelines.feedback_answered")
    with override("nl"):
        for kind in kinds:
            assert any(resolve(message) for message in Message.objects.filter(kind=kind)), kind
    assert PageChange.objects.to_tell().count() == 0
