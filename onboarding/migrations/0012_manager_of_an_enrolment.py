import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def keep_managers(apps, schema_editor):
    """Who manages the person today is whom the plan knows; what ended long ago is left alone."""
    enrolments = apps.get_model("onboarding", "Enrolment").objects
    users = apps.get_model("people", "User").objects.filter(pk=OuterRef("user_id"))
    enrolments.filter(ended_on=None).update(manager_id=Subquery(users.values("manager_id")[:1]))


class Migration(migrations.Migration):
    # Rows are changed and then the table: PostgreSQL wants these apart.
    atomic = False
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("onboarding", "0011_notes_at_a_hand_over"),
    ]

    operations = [
        migrations.AddField(
            model_name="enrolment",
            name="manager",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(keep_managers, migrations.RunPython.noop),
    ]
