"""Runs of before are over: without this each would count as cut off and be done once more."""

from django.db import migrations
from django.db.models import F


def end_them(apps, schema_editor):
    runs = apps.get_model('notifications', 'JobRun').objects.using(schema_editor.connection.alias)
    runs.filter(ended_at=None, failed_at=None).update(ended_at=F('started_at'))


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0006_when_jobs_ended'),
    ]

    operations = [
        migrations.RunPython(end_them, migrations.RunPython.noop),
    ]
