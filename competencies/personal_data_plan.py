"""What is kept of somebody's plan: their goals, and the evidence beside them."""

from django.utils.translation import gettext_lazy as _

from people.personal_data import Part, register

from .levels import level_in_words
from .models import Goal

LABELS = {
    "competency": _("competency"),
    "from": _("where I am now"),
    "to": _("where I want to be"),
    "action": _("what I am going to do"),
    "due_on": _("by when"),
    "created_at": _("set on"),
    "done_at": _("done on"),
    "evidence": _("evidence"),
    "title": _("title"),
    "happened_on": _("finished on"),
    "added_at": _("added on"),
}


def collect(person) -> list[dict]:
    """Every goal, the oldest first; two queries."""
    return [
        {
            # As it was called when the goal was set, in every language.
            "competency": " / ".join(dict.fromkeys(goal.competency_titles.values())),
            "from": str(level_in_words(goal.from_level)),
            "to": str(level_in_words(goal.to_level)),
            "action": goal.action,
            "due_on": goal.due_on,
            "created_at": goal.created_at,
            "done_at": goal.done_at,
            "evidence": [
                {"title": row.title, "happened_on": row.happened_on, "added_at": row.added_at}
                for row in goal.evidence.all()
            ],
        }
        for goal in Goal.objects.of(person)
    ]


register(Part("development_plan", _("Your plan"), collect, labels=LABELS))
