import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wagtailcore", "0098_apitoken"),
        ("stories", "0004_share_outside"),
    ]

    operations = [
        migrations.AddField(
            model_name="storyindexpage",
            name="writing_tips",
            field=models.ForeignKey(
                blank=True,
                help_text=(
                    "A chapter or manual. Its first five tips stand beside the form in which colleagues write."
                ),
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="wagtailcore.page",
                verbose_name="tips beside the words",
            ),
        ),
        migrations.AddField(
            model_name="storyindexpage",
            name="photo_tips",
            field=models.ForeignKey(
                blank=True,
                help_text=(
                    "The same for the step in which they add photos. Left empty, it is the tips beside the words."
                ),
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="wagtailcore.page",
                verbose_name="tips beside the photos",
            ),
        ),
    ]
