"""The question desk of the demo is filled, in both languages."""

from conversations.models import Question


def test_published_answers_in_both_languages_and_one_that_waits(demo):
    public = Question.objects.filter(is_public=True)
    assert set(public.values_list("language", flat=True)) == {"nl", "en"}
    assert Question.objects.waiting().count() == 1
    assert not public.filter(public_text__contains="Bello").exists()
