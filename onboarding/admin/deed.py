"""What HR can do with an enrolment, or with many: a form, a deed, and the words for both.

A deed is a service called for one enrolment; the pages around it rehearse it, show what it would do, and do it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.utils.functional import Promise

from people.models import User

from ..models import Enrolment
from ..standing import Standing


class DeedForm(forms.Form):
    """The form of a deed; knows for which enrolments it is, where the one person stands, and who fills it in.

    It may say in sentences what it will do (``in_words()``), and what to look out for (``warnings()``); with many, what
    changes for one of them where that isn't the enrolment itself (``change_words(enrolment)``). ``warnings_of(results)`` warns
    of what the deed itself returned for each, so that it needn't be worked out twice.
    """

    # Whether what it says of itself tells what becomes of steps that have no other date.
    says_what_moves = False

    def __init__(
        self,
        *args,
        enrolments: list[Enrolment],
        standing: Standing | None = None,
        reader: User | None = None,
        **kwargs,
    ):
        self.enrolments, self.standing, self.reader = enrolments, standing, reader
        super().__init__(*args, **kwargs)


@dataclass(frozen=True)
class Deed:
    """One thing that can be done.

    ``do(enrolment, form, actor)`` does it, and raises ``Refusal`` with words where it can't be done for this one.
    ``applies(enrolment)`` is whether it makes sense now; ``with_one`` and ``with_many`` where it is offered, ``of_step``
    that it is about one step, chosen from the plan on the page; ``moves_dates`` that reminders come on other days, which
    the preview lists. ``needs`` is the permission it takes, ``back_to`` the list that is shown after it was done with many.
    """

    slug: str
    label: str | Promise
    do: Callable[[Enrolment, DeedForm, User], object]
    done: str | Promise
    form: type[DeedForm] = DeedForm
    applies: Callable[[Enrolment], bool] = lambda enrolment: enrolment.ended_on is None
    intro: str | Promise = ""
    with_one: bool = True
    with_many: bool = False
    of_step: bool = False
    moves_dates: bool = False
    is_serious: bool = False
    icon: str = "edit"
    needs: str = "onboarding.change_enrolment"
    back_to: str = "enrolments:index"


DEEDS: dict[str, Deed] = {}


def add_deed(deed: Deed) -> Deed:
    """Offer a deed; a second one of the same name replaces the first."""
    DEEDS[deed.slug] = deed
    return deed
