"""Forgetting a colleague from the admin: a page that says what happens and what stays, and asks for the address."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..forgetting import forget_person, may_forget
from ..holding import KeptOnPurpose, reasons_to_keep
from ..models import User


class ForgetForm(forms.Form):
    """The address, typed once more."""

    email = forms.CharField(
        label=gettext_lazy("Type the e-mail address of this colleague"),
        help_text=gettext_lazy("So that nobody is forgotten by mistake."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_email(self) -> str:
        """Has to be theirs."""
        email = self.cleaned_data["email"].strip()
        if email.casefold() != self.person.email.casefold():
            raise forms.ValidationError(_("This isn't the address of this colleague."))
        return email


class ForgetView(WagtailAdminTemplateMixin, FormView):
    """GET says what will happen, POST with the right address does it. Refused to who doesn't keep accounts."""

    template_name = "people/admin/forget.html"
    page_title = gettext_lazy("Forget a colleague")
    header_icon = "user"
    form_class = ForgetForm
    _show_breadcrumbs = True

    def dispatch(self, request, *args, **kwargs):
        """403 for others, and for who was forgotten before."""
        if not request.user.has_perm("people.change_user"):
            raise PermissionDenied
        self.person = get_object_or_404(User, pk=kwargs["pk"])
        if self.person.forgotten_at is not None or not may_forget(request.user, self.person):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        """Home and this page."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_form_kwargs(self):
        """Whose address it has to be."""
        return {**super().get_form_kwargs(), "person": self.person}

    def get_context_data(self, **kwargs):
        """The colleague, and what keeps them from being forgotten."""
        return super().get_context_data(**kwargs, person=self.person, reasons=reasons_to_keep(self.person))

    def form_valid(self, form):
        """Forget, say so without the name, and go to the list; where something is on hold the page says what."""
        try:
            forget_person(person=self.person, by=self.request.user)
        except KeptOnPurpose:
            return self.form_invalid(form)
        messages.success(self.request, _("The colleague is forgotten."))
        return redirect("wagtailusers_users:index")

    def form_invalid(self, form):
        """422, with what was typed."""
        return self.render_to_response(self.get_context_data(form=form), status=422)
