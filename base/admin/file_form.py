"""A form for a file with rows: read whole, its mistakes told, and carried on to the confirmation."""

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..csv_files import UnreadableFile, decode

# What was read and not confirmed the same day is to be read again.
DAY = 24 * 60 * 60


class RowsFileForm(forms.Form):
    """The file, or what was read of it a moment ago (signed, so that it is what was shown).

    ``salt`` is its own for each form. ``reading`` is what ``read`` made of the text.
    """

    file = forms.FileField(
        label=gettext_lazy("File"), required=False, help_text=gettext_lazy("CSV, for example saved from Excel.")
    )
    carried = forms.CharField(required=False, widget=forms.HiddenInput)
    salt = ""
    reading = None

    def read(self, text: str):
        """What the text says, with its mistakes in ``problems``. Raises ``UnreadableFile``."""
        raise NotImplementedError

    @property
    def problems(self) -> list:
        """What is wrong in the file, by line and column."""
        return self.reading.problems if self.reading else []

    def clean(self):
        """A file that can't be read, or has mistakes in it, is refused whole."""
        cleaned = super().clean()
        if "file" in self.errors:
            return cleaned
        try:
            text = self._text(cleaned)
            self.reading = self.read(text)
        except UnreadableFile as error:
            self.add_error("file", str(error))
            return cleaned
        if count := len(self.problems):
            words = ngettext(
                "There is %(count)s mistake in this file.", "There are %(count)s mistakes in this file.", count
            )
            self.add_error("file", words % {"count": count})
        # Carried on to the confirmation; nothing of it is kept on the server meanwhile.
        self.data = self.data.copy()
        self.data["carried"] = signing.dumps(text, salt=self.salt, compress=True)
        return cleaned

    def _text(self, cleaned: dict) -> str:
        if upload := cleaned.get("file"):
            return decode(upload.read())
        if not cleaned.get("carried"):
            raise UnreadableFile(_("Choose a file."))
        try:
            return signing.loads(cleaned["carried"], salt=self.salt, max_age=DAY)
        except signing.BadSignature as error:
            raise UnreadableFile(_("Choose the file once more.")) from error
