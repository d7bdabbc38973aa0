"""What the services raise, in words for HR."""

from collections.abc import Callable
from functools import wraps

from django.utils.translation import gettext as _

from ...services import EnrolmentEnded, PathNotPublished, StepNotOnPath
from ...services.leaving import CannotReopen
from ...services.pausing import NotPaused, PausesOverlap
from ..previewed import Refusal


def in_words(do: Callable) -> Callable:
    """``do(enrolment, data, actor)`` as a deed: with the form's data, and a ``Refusal`` for what can't be."""

    @wraps(do)
    def deed(enrolment, form, actor):
        try:
            return do(enrolment, form.cleaned_data, actor)
        except StepNotOnPath as error:
            raise Refusal(_("This step isn't on the path now.")) from error
        except EnrolmentEnded as error:
            raise Refusal(_("This enrolment was ended: it can be read, not changed.")) from error
        except PausesOverlap as error:
            raise Refusal(_("There is a pause in that time already.")) from error
        except NotPaused as error:
            raise Refusal(_("No pause runs that could end.")) from error
        except CannotReopen as error:
            raise Refusal(_("This enrolment stays ended: the colleague is on this path anew, or has left.")) from error
        except PathNotPublished as error:
            raise Refusal(_("This path isn't published any more.")) from error

    return deed
