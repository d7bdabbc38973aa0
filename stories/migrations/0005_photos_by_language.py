"""Every photo has its language. Apart from filling it in: PostgreSQL alters no table with changes pending."""

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stories", "0004_translatable_photos")]

    operations = [
        migrations.AlterField(
            "storyphoto", "translation_key", models.UUIDField(default=uuid.uuid4, editable=False)
        ),
        migrations.AlterField(
            "storyphoto",
            "locale",
            models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="wagtailcore.locale",
                verbose_name="locale",
            ),
        ),
        migrations.AlterUniqueTogether("storyphoto", {("translation_key", "locale")}),
    ]
