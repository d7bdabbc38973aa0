"""What running the portal tells: what came of the file with colleagues."""

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notifications.kinds import Content, Kind, register
from people.admin.syncing import counts_in_words, may_sync
from people.models import ColleaguesSync

from .colleagues import OUTCOME, READ

State = ColleaguesSync.State
TITLES = {
    State.DONE: _("Colleagues were taken over from the file"),
    State.NOTHING: _("The file with colleagues has mistakes"),
    State.BRAKED: _("The file with colleagues was stopped: too much would change"),
    State.ASKED: _("Changes of many colleagues wait for a second administrator"),
    State.UNREADABLE: _("The file with colleagues can't be read"),
    State.MISSING: _("There was no file with colleagues"),
    State.OLD: _("There is no new file with colleagues"),
}


def _outcome(payload: dict, recipient) -> Content | None:
    run = ColleaguesSync.objects.filter(pk=payload["run"]).first()
    if run is None or not recipient.has_perm(READ):
        return None
    lines = [counts_in_words(run.counts), *(f"{line}, {column}: {words}" for line, column, words in run.problems[:10])]
    keeps_accounts = may_sync(recipient)
    return Content(
        title=str(TITLES[State(run.state)]),
        url=reverse("colleagues_sync" if keeps_accounts else "colleagues_report"),
        text="\n".join(filter(None, lines)),
        action=gettext("See what came of it") if keeps_accounts else gettext("See the colleagues"),
        # Numbers of lines and how many people: for the admin, not for a mailbox.
        closed=True,
    )


register(
    Kind(
        OUTCOME,
        _("What came of the file with colleagues"),
        _outcome,
        concerns=lambda user: user.has_perm(READ),
    )
)
