"""Descriptions and captions of photos in both languages."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


def give_locales(apps, schema_editor):
    """Every photo gets the language of its page and a key of its own."""
    photos = apps.get_model("stories", "StoryPhoto").objects.filter(translation_key__isnull=True)
    for photo in photos.select_related("page").iterator(chunk_size=500):
        photos.model.objects.filter(pk=photo.pk).update(
            translation_key=uuid.uuid4(), locale_id=photo.page.locale_id
        )


class Migration(migrations.Migration):
    dependencies = [
        ("wagtailcore", "0098_apitoken"),
        ("stories", "0003_moderated_workflow"),
    ]

    operations = [
        migrations.AddField("storyphoto", "translation_key", models.UUIDField(null=True, editable=False)),
        migrations.AddField(
            "storyphoto",
            "locale",
            models.ForeignKey(
                null=True,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="wagtailcore.locale",
                verbose_name="locale",
            ),
        ),
        migrations.RunPython(give_locales, migrations.RunPython.noop),
    ]
