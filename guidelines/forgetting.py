"""Manuals and chapters that somebody who asks to be forgotten answered for."""

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Revision

from people.forgetting import register
from people.pages_json import rewrite_revisions

from .models import ChapterPage, ManualPage


@register
def forget_owner(person, traces) -> None:
    """They answer for nothing any more, nor do drafts and old versions say so."""
    for model in (ManualPage, ChapterPage):
        kind = ContentType.objects.get_for_model(model)
        for field in ("owner_colleague", "deputy"):
            model.objects.filter(**{field: person}).update(**{field: None})
            versions = Revision.objects.filter(content_type=kind, **{f"content__{field}": person.pk})
            rewrite_revisions(versions, {field: None})
