"""The form a handbook is sent in with."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale, Page

from base.choosers import KnownPageChooser
from base.scanning import scan_upload

from ..importing.errors import ImportRefused
from ..importing.uploads import KINDS, may_import
from ..importing.writing import find_parent


class HandbookUploadForm(forms.Form):
    """File, language, place and name; ``user`` decides what may be chosen."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "A zip with Markdown files (.md or .mdx), one Markdown file, or a Word file (.docx). At most 50 MB."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(KINDS)}),
    )
    language = forms.ChoiceField(label=_("Language of the text"), choices=settings.LANGUAGES)
    parent = forms.ModelChoiceField(
        label=_("Below which page"),
        queryset=Page.objects.all(),
        required=False,
        help_text=_("Left empty, it becomes a manual of its own in the handbook."),
    )
    prefix = forms.RegexField(
        label=_("Name of this import"),
        regex=r"^[^/\\\x00-\x1f]+$",
        max_length=100,
        required=False,
        help_text=_(
            "Send it in again under the same name, and the same pages are changed. Left empty: that of the file."
        ),
    )
    split = forms.BooleanField(
        label=_("Word: every main heading starts a chapter"),
        required=False,
        initial=True,
        help_text=_("Without it, the file becomes one page."),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        # By name, because the models load after the blocks that this app's forms lean on.
        from ..models import ChapterPage, ManualIndexPage, ManualPage

        self.fields["parent"].widget = KnownPageChooser(target_models=[ManualIndexPage, ManualPage, ChapterPage])

    def clean_file(self):
        """The file, if the scanner finds nothing in it; it looks into a zip."""
        scan_upload(self.cleaned_data["file"])
        return self.cleaned_data["file"]

    def clean(self):
        """The page it will be put below: of the language chosen, and one the user may publish under."""
        data = super().clean()
        if "language" not in data or "parent" not in data:
            return data
        chosen = data["parent"]
        try:
            locale = Locale.objects.get(language_code=data["language"])
            parent = find_parent(locale, chosen.pk if chosen else None)
        except (ImportRefused, Locale.DoesNotExist) as refusal:
            self.add_error("parent", str(refusal))
            return data
        if not may_import(self.user, parent):
            self.add_error("parent", _("You may not publish below this page. Choose another one."))
        data["parent"] = parent
        return data
