"""What a step asks: things to tick, questions with answers, fields to fill in.

The id of a block is the identity of an item, question, answer or field: a translation keeps it, so a tick in Dutch is a
tick in English.
"""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks


class ChecklistItemBlock(blocks.StructBlock):
    """One thing to do, ticked by itself."""

    text = blocks.CharBlock(label=_("What to do"), max_length=200)
    hint = blocks.CharBlock(label=_("Explanation"), max_length=300, required=False, default="")

    class Meta:
        icon = "tick"
        label = _("Item")
        description = _("Something to tick")
        preview_value = {"text": "Haal je laptop op bij Kevin", "hint": "Kamer 0.12, van 9 tot 16 uur."}
        template = "onboarding/previews/checklist_item.html"


class ChecklistBlock(blocks.StreamBlock):
    """The things to tick in a step."""

    item = ChecklistItemBlock()


class AnswerBlock(blocks.StructBlock):
    """One answer to choose, right or not, with what is said about it afterwards."""

    text = blocks.CharBlock(label=_("Answer"), max_length=300)
    is_right = blocks.BooleanBlock(label=_("This is right"), required=False)
    explanation = blocks.CharBlock(
        label=_("Why"),
        max_length=500,
        required=False,
        default="",
        help_text=_("Shown afterwards to who chose this answer."),
    )


class QuestionBlock(blocks.StructBlock):
    """A question; several right answers make it one where several can be chosen."""

    text = blocks.CharBlock(label=_("Question"), max_length=400)
    answers = blocks.ListBlock(AnswerBlock(), label=_("Answers"), min_num=2, max_num=8)

    class Meta:
        icon = "help"
        label = _("Question")
        description = _("A question with answers to choose from")
        preview_value = {
            "text": "Een klant vraagt op LinkedIn wanneer het water terug is. Wat doe je?",
            "answers": [
                {
                    "text": "Ik verwijs naar de storingspagina",
                    "is_right": True,
                    "explanation": "Daar staat het nieuwste.",
                },
                {
                    "text": "Ik geef mijn eigen schatting",
                    "is_right": False,
                    "explanation": "Schattingen worden beloftes.",
                },
            ],
        }
        template = "onboarding/previews/question.html"


class QuizBlock(blocks.StreamBlock):
    """The questions of a quiz."""

    question = QuestionBlock()


class FieldBlock(blocks.StructBlock):
    """Something to hand in: a line, a text, a date, a choice or a file."""

    KINDS = [
        ("line", _("A line")),
        ("text", _("A text")),
        ("date", _("A date")),
        ("choice", _("A choice")),
        ("file", _("A file")),
    ]

    label = blocks.CharBlock(label=_("What is asked"), max_length=200)
    kind = blocks.ChoiceBlock(label=_("Kind"), choices=KINDS, default="text")
    is_required = blocks.BooleanBlock(label=_("Has to be filled in"), required=False, default=True)
    hint = blocks.CharBlock(label=_("Explanation"), max_length=300, required=False, default="")
    choices = blocks.ListBlock(
        blocks.CharBlock(label=_("Choice"), max_length=120), label=_("Choices"), required=False, default=[]
    )

    class Meta:
        icon = "form"
        label = _("Field")
        description = _("Something to fill in or hand in")
        preview_value = {"label": "Wat viel je deze week op?", "kind": "text", "is_required": True}
        template = "onboarding/previews/field.html"


class FormBlock(blocks.StreamBlock):
    """What a step asks to hand in."""

    field = FieldBlock()
