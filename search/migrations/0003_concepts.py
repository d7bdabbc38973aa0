from django.db import migrations, models


def load_starter_words(apps, schema_editor):
    """The list that the portal comes with; from here on it is the editors'."""
    from search.words_in_use import load_starter_words as load

    load(apps.get_model("search", "Concept"))


class Migration(migrations.Migration):
    dependencies = [("search", "0002_collections")]

    operations = [
        migrations.CreateModel(
            name="Concept",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "words_nl",
                    models.TextField(
                        blank=True,
                        help_text="One word or short phrase on a line: ziekmelden, beter melden.",
                        verbose_name="words in Dutch",
                    ),
                ),
                (
                    "words_en",
                    models.TextField(
                        blank=True,
                        help_text="One word or short phrase on a line: sick leave, illness.",
                        verbose_name="words in English",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="in use")),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note for editors")),
                ("starter", models.CharField(blank=True, editable=False, max_length=200)),
            ],
            options={
                "verbose_name": "words with one meaning",
                "verbose_name_plural": "words that search understands",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words_en", ""), ("words_nl", ""), _negated=True),
                        name="search_concept_has_words",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("starter", ""), _negated=True),
                        fields=("starter",),
                        name="search_concept_starter_once",
                    ),
                ],
            },
        ),
        migrations.RunPython(load_starter_words, migrations.RunPython.noop),
    ]
