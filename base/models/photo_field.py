"""A photo of somebody, square and small, without what the camera noted."""

from django import forms
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.db import models

from ..photos import AVATAR_SIDE, clean_photo


class PhotoFormField(forms.FileField):
    """An upload that has to be a picture; HEIC from a phone is one. The message says what is wrong with it."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/*,.heic,.heif"})

    def __init__(self, *, square: int | None = None, **kwargs):
        self.square = square
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        """The picture written anew; what was there before is left as it is."""
        file = super().clean(data, initial)
        return clean_photo(file, square=self.square) if isinstance(file, UploadedFile) else file


class PhotoField(models.ImageField):
    """Cleans whatever is stored in it, by form or by code; raises ValidationError for what is no picture."""

    def pre_save(self, model_instance, add):
        """Write the picture anew before it is stored."""
        file = getattr(model_instance, self.attname)
        if file and not file._committed:
            cleaned = clean_photo(named_file(file), square=AVATAR_SIDE)
            setattr(model_instance, self.attname, cleaned)
        return super().pre_save(model_instance, add)

    def formfield(self, **kwargs):
        """The form field that says what is wrong with an upload."""
        return super(models.ImageField, self).formfield(
            **{"form_class": PhotoFormField, "square": AVATAR_SIDE, **kwargs}
        )

    def deconstruct(self):
        """To the database it is any image field."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ImageField", args, kwargs


def named_file(field_file) -> File:
    """What was put in a file field and isn't stored yet, under the name it was given."""
    inner = field_file.file
    if not inner.name:
        inner.name = field_file.name
    return inner
