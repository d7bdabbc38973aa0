"""Reactions and questions of somebody who asks to be forgotten."""

from people.forgetting import register

from .models import Question, Reaction


@register
def forget_reactions(person, traces) -> None:
    """Keep that somebody was moved; forget who."""
    Reaction.objects.filter(user=person).update(user=None)


@register
def forget_questions(person, traces) -> None:
    """What only they and the desk could read goes; published answers stay and never had a name on them."""
    for question in Question.objects.filter(asker=person, is_public=False):
        question.delete()
    for question in Question.objects.filter(asker=person):
        # The words they typed themselves may name them; what everybody reads was looked at by the desk.
        question.asker, question.text = None, question.public_text
        question.save()
