import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("onboarding", "0018_assessing_as_a_step"),
    ]

    operations = [
        migrations.CreateModel(
            name="OwnStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page_key", models.UUIDField()),
                ("anchor", models.CharField(blank=True, max_length=200)),
                ("competency_key", models.UUIDField()),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done on")),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="own_steps", to="onboarding.enrolment"
                    ),
                ),
            ],
            options={
                "verbose_name": "step of one’s own",
                "verbose_name_plural": "steps of one’s own",
                "ordering": ["added_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enrolment", "page_key", "anchor"), name="onboarding_own_step_once_per_place"
                    )
                ],
            },
        ),
    ]
