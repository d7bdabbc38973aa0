"""Steps keep the key of the page they point to beside the page itself."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill_keys(apps, schema_editor):
    steps = apps.get_model("onboarding", "StepPage").objects.filter(reads__isnull=False, reads_key__isnull=True)
    pages = apps.get_model("wagtailcore", "Page").objects.filter(pk=OuterRef("reads"))
    steps.update(reads_key=Subquery(pages.values("translation_key")[:1]))


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0003_engine")]
    operations = [migrations.RunPython(fill_keys, migrations.RunPython.noop, elidable=True)]
