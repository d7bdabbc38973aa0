import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("competencies", "0002_assessments"),
        ("onboarding", "0017_sign_off"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="stepattempt",
            name="assessment_key",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="steppage",
            name="profile",
            field=models.ForeignKey(
                blank=True,
                help_text="For a step to assess. Finishing an assessment by this profile completes the step.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="competencies.competencyprofilepage",
                verbose_name="competency profile",
            ),
        ),
        migrations.AddField(
            model_name="steppage",
            name="profile_key",
            field=models.UUIDField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="stepprogress",
            name="assessment_key",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="steppage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("read", "Read"),
                    ("watch", "Watch"),
                    ("do", "Do"),
                    ("meet", "Meet"),
                    ("quiz", "Quiz"),
                    ("submit", "Hand in"),
                    ("confirm", "Confirm"),
                    ("assess", "Assess"),
                ],
                default="read",
                help_text="What makes it done. Can't change once the step was published: people did it as it was.",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="steppage",
            name="signed_off_by",
            field=models.CharField(
                blank=True,
                choices=[("buddy", "Buddy"), ("manager", "Manager"), ("mentor", "Mentor"), ("hr", "HR contact")],
                help_text="Who looks at it and says that it is done; until then it waits, and nobody is late for it. Empty: it is done when whoever does it says so. Not for a quiz, a text to confirm or an assessment.",
                max_length=10,
                verbose_name="signed off by",
            ),
        ),
        migrations.AddConstraint(
            model_name="stepprogress",
            constraint=models.UniqueConstraint(
                condition=models.Q(("assessment_key__isnull", False)),
                fields=("enrolment", "assessment_key"),
                name="onboarding_assessment_counts_once_per_plan",
            ),
        ),
    ]
