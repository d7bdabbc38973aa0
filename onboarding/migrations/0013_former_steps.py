"""Where a step stood that was moved to another path: plans that have it still go on with it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("onboarding", "0012_manager_of_an_enrolment"),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path_key", models.UUIDField()),
                ("step_key", models.UUIDField()),
                ("phase_key", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("path_key", "step_key"), name="onboarding_formerstep_once_per_path"
                    )
                ],
            },
        ),
    ]
