"""Choosers for what editors point at."""

from django.contrib.auth import get_user_model
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import AdminPageChooser
from wagtail.blocks import ChooserBlock
from wagtail.models import Page

from .reading import number_in


class ColleagueChooserViewSet(ChooserViewSet):
    """Pick a colleague by name."""

    model = "people.User"
    icon = "user"
    choose_one_text = _("Choose a colleague")
    choose_another_text = _("Choose another colleague")
    edit_item_text = _("Edit this colleague")
    form_fields: list[str] = []

    def get_object_list(self):
        """Colleagues who work here."""
        return get_user_model().objects.active()


colleague_chooser_viewset = ColleagueChooserViewSet("colleague_chooser")


class KnownPageChooser(AdminPageChooser):
    """Pick a page; what was sent that is no page is left out when the form is shown again with its message."""

    def get_value_data(self, value):
        """Nothing for what is no page."""
        is_page = isinstance(value, Page) or Page.objects.filter(pk=number_in(str(value or ""))).exists()
        return super().get_value_data(value if is_page else None)


class ColleagueChooserBlock(ChooserBlock):
    """A colleague, as a block value."""

    class Meta:
        icon = "user"

    @cached_property
    def target_model(self):
        """The user model, looked up late because blocks are made while apps load."""
        return get_user_model()

    @cached_property
    def widget(self):
        """The modal that searches colleagues."""
        return colleague_chooser_viewset.widget_class()

    def get_form_state(self, value):
        """What the widget starts with."""
        return self.widget.get_value_data(value)
