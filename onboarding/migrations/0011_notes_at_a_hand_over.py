import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("onboarding", "0010_several_supporters_with_dates"),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOverNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("buddy", "Buddy"),
                            ("manager", "Manager"),
                            ("mentor", "Mentor"),
                            ("hr", "HR contact"),
                        ],
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("text", models.TextField(verbose_name="note")),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                (
                    "colleague",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="to",
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hand_over_notes",
                        to="onboarding.enrolment",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "note at a hand-over",
                "verbose_name_plural": "notes at a hand-over",
                "ordering": ["written_at", "pk"],
            },
        ),
    ]
