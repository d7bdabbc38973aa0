"""How the pages of a path are copied in the admin."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.admin.forms.pages import CopyForm


class OwnCopyForm(CopyForm):
    """Not as an alias: that follows its original, so its steps would wait for those of the path they were copied from."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("alias", None)

    def clean(self):
        """Says so to who asks for an alias all the same."""
        cleaned = super().clean()
        if self.data.get("alias"):
            raise ValidationError(
                _("The pages of a path can't be copied as an alias: their steps would wait for those of the original.")
            )
        return cleaned
