"""Everybody has an address of their own. Apart from filling it in: PostgreSQL alters no table with changes pending."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0004_address_of_colleagues")]

    operations = [
        migrations.AlterField("user", "key", models.UUIDField(default=uuid.uuid4, unique=True, editable=False)),
    ]
