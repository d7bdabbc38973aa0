from django.db import migrations, models


def open_what_is_read(apps, schema_editor):
    """What steps before the start let people read until now stays open to them."""
    step_page = apps.get_model("onboarding", "StepPage")
    page_before_start = apps.get_model("onboarding", "PageBeforeStart")
    keys = step_page.objects.filter(visible_before_start=True, reads_key__isnull=False)
    page_before_start.objects.bulk_create(
        page_before_start(page_key=key) for key in set(keys.values_list("reads_key", flat=True))
    )


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0015_stand_ins")]

    operations = [
        migrations.CreateModel(
            name="PageBeforeStart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page_key", models.UUIDField(unique=True)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "page visible before the start",
                "verbose_name_plural": "pages visible before the start",
            },
        ),
        migrations.AlterField(
            model_name="steppage",
            name="visible_before_start",
            field=models.BooleanField(
                default=False,
                help_text=(
                    "Can be read from the invitation on, by who has no account yet. A page it points to has to be visible "
                    "before the start as well: see the menu with dots above that page."
                ),
                verbose_name="visible before the start",
            ),
        ),
        migrations.RunPython(open_what_is_read, migrations.RunPython.noop),
    ]
