"""Where somebody stood, for them to take along."""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from base.access import visible_pages
from people.personal_data import Part, register

from . import personal_data_plan  # noqa: F401 - declares a part of its own
from .assessment_reading import AssessmentReading
from .levels import level_in_words
from .models import Assessment, Rating, ReadMark, Sharing
from .visibility import Viewer

LABELS = {
    "assessments": _("where you stood"),
    "profile": _("profile"),
    "begun": _("begun on"),
    "finished": _("finished on"),
    "competencies": _("competencies"),
    "competency": _("competency"),
    "asked": _("asked"),
    "own": _("your score"),
    "example": _("your example"),
    "shared": _("shared with"),
    "colleague": _("colleague"),
    "since": _("since"),
    "until": _("until"),
    "agreed": _("agreed on"),
    "scores": _("scores"),
    "theirs": _("the score of your colleague"),
    "their_example": _("the example of your colleague"),
    "together": _("what you settled on together"),
    "given": _("scores that you gave colleagues"),
    "score": _("score"),
    "read": _("what you ticked as read"),
    "text": _("page"),
    "place": _("tip or heading"),
    "read_on": _("read on"),
}


def collect(person) -> dict:
    """Own assessments with every score in them, and what the person wrote about others; a few queries each."""
    language = get_language() or person.locale
    own = Assessment.objects.of(person).prefetch_related("ratings", "sharings__assessor")
    given = (
        Sharing.objects.filter(assessor=person)
        .select_related("assessment__version")
        .prefetch_related("assessment__ratings")
    )
    return {
        "assessments": [_assessment(assessment, language) for assessment in own],
        # About whom is that colleague's; what was written is the writer's.
        "given": [
            {"since": sharing.shared_at, "scores": _scores(sharing.assessment, language, sharing)} for sharing in given
        ],
        "read": _read(person, language),
    }


def _read(person, language: str) -> list[dict]:
    """What they ticked off as read, by the title of its page where they may still see it; two queries."""
    marks = list(ReadMark.objects.filter(user=person).order_by("marked_at", "pk"))
    pages = visible_pages(person).filter(translation_key__in={mark.page_key for mark in marks})
    titles = dict(pages.filter(locale__language_code=language).values_list("translation_key", "title"))
    return [{"text": titles.get(mark.page_key), "place": mark.anchor, "read_on": mark.marked_at} for mark in marks]


def _assessment(assessment: Assessment, language: str) -> dict:
    reading = AssessmentReading(assessment, language, Viewer.PERSON)
    return {
        "profile": str(reading.title),
        "begun": assessment.started_at,
        "finished": assessment.finished_at,
        "competencies": [
            {
                "competency": str(row.title),
                "asked": str(row.required.label),
                "own": str(row.own.words) if row.own else None,
                "example": row.example_kept,
            }
            for row in reading.rows
        ],
        "shared": [
            {
                "colleague": sharing.assessor.get_full_name(),
                "since": sharing.shared_at,
                "until": sharing.ended_at,
                "agreed": sharing.agreed_at,
                # Only what the person may see in the portal as well: not before the colleague handed in.
                "scores": _shared_scores(assessment, language, sharing) if sharing.submitted_at else [],
            }
            for sharing in assessment.sharings.all()
        ],
    }


def _shared_scores(assessment: Assessment, language: str, sharing: Sharing) -> list[dict]:
    reading = AssessmentReading(assessment, language, Viewer.PERSON, sharing)
    rows = []
    for row in reading.rows:
        joint = reading.rating(Rating.By.JOINT, row.key)
        rows.append(
            {
                "competency": str(row.title),
                "theirs": str(row.theirs.words) if row.theirs else None,
                "their_example": row.theirs.example if row.theirs else "",
                "together": str(level_in_words(joint.level)) if joint else None,
            }
        )
    return rows


def _scores(assessment: Assessment, language: str, sharing: Sharing) -> list[dict]:
    reading = AssessmentReading(assessment, language, Viewer.SCORING, sharing)
    return [
        {"competency": str(row.title), "score": str(row.theirs.words), "their_example": row.theirs.example}
        for row in reading.rows
        if row.theirs
    ]


register(Part("development", _("Where you stood"), collect, labels={**LABELS, "their_example": _("example")}))
