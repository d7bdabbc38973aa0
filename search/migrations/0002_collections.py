from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0001_outbox")]

    operations = [
        migrations.RenameField("outboxentry", "page_id", "object_id"),
        migrations.AlterField("outboxentry", "object_id", models.BigIntegerField()),
        migrations.AddField(
            "outboxentry",
            "collection",
            models.CharField(
                choices=[
                    ("pages", "pages"),
                    ("people", "people"),
                    ("questions", "questions"),
                    ("documents", "documents"),
                ],
                default="pages",
                max_length=20,
            ),
        ),
        migrations.AddIndex(
            "outboxentry", models.Index(fields=["collection", "object_id"], name="search_outbox_of_object")
        ),
    ]
