"""An address for each colleague that says nothing about them."""

import uuid

from django.db import migrations, models

BATCH = 1000


def give_keys(apps, schema_editor):
    """A key of their own for everybody who is there already."""
    users = apps.get_model("people", "User").objects.filter(key__isnull=True)
    batch = []
    for user in users.only("pk").iterator(chunk_size=BATCH):
        user.key = uuid.uuid4()
        batch.append(user)
        if len(batch) == BATCH:
            users.model.objects.bulk_update(batch, ["key"])
            batch = []
    users.model.objects.bulk_update(batch, ["key"])


class Migration(migrations.Migration):
    dependencies = [("people", "0003_forget_colleagues")]

    operations = [
        migrations.AddField("user", "key", models.UUIDField(null=True, editable=False)),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
    ]
