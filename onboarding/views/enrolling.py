"""A manager puts one of their own people on a path: the form, the dated plan with every message, and the deed."""

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from people.models import User

from ..admin.enrolling import outlook_of_enrolling
from ..admin.previewed import Outlook, PreviewedFormView, Refusal
from ..forms.enrolling import EnrolOwnForm
from ..models import Enrolment
from ..services import PathNotPublished
from ..services.enrolling_own import NotTheirs, enrol_own
from ..visibility import Data, may_see
from ..waiting import forget_waiting


class EnrolOwnView(PreviewedFormView):
    """404 for who leads nobody: as unknown to them as the newcomers of others."""

    template_name = "onboarding/supporting/enrol.html"
    form_class = EnrolOwnForm
    messages = messages
    enrolment: Enrolment | None = None

    def dispatch(self, request, *args, **kwargs):
        """Raises Http404."""
        if not User.objects.led_by(request.user).exists():
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        """Whose people, and whose paths."""
        return {**super().get_form_kwargs(), "leader": self.request.user}

    def outlook(self, form) -> Outlook:
        """As HR sees it."""
        return outlook_of_enrolling(form, lambda: self._enrol(form))

    def _enrol(self, form) -> Enrolment:
        data = form.cleaned_data
        return enrol_own(
            user=data["user"],
            path=form.page,
            start_date=data["start_date"],
            buddy=data["buddy"],
            actor=self.request.user,
        )

    def apply(self, form) -> str:
        """Put them on the path."""
        try:
            self.enrolment = self._enrol(form)
        except PathNotPublished as error:
            raise Refusal(_("This path isn't published any more.")) from error
        except NotTheirs as error:
            raise Refusal(_("Choose one of your own people who works here.")) from error
        forget_waiting(self.request.user.pk)
        return _("%(name)s is on the path. HR gets a message.") % {"name": form.cleaned_data["user"].get_full_name()}

    def get_success_url(self):
        """The new newcomer; the list, where somebody else manages them and for going back."""
        if self.enrolment is not None and may_see(self.request.user, self.enrolment, Data.PROGRESS):
            return reverse("onboarding:newcomer", args=[self.enrolment.pk])
        return reverse("onboarding:newcomers")
