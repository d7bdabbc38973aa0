from django.db import migrations, models
from django.db.models import Min


def name_leads(apps, schema_editor):
    """Who was named first in a role is its lead."""
    supporters = apps.get_model("onboarding", "Supporter").objects
    firsts = supporters.values("enrolment", "role").annotate(first=Min("pk")).values_list("first", flat=True)
    firsts = list(firsts)
    for start in range(0, len(firsts), 500):
        supporters.filter(pk__in=firsts[start : start + 500]).update(is_lead=True)


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0009_mails_in_the_record")]

    operations = [
        migrations.AddField(
            model_name="supporter", name="is_lead", field=models.BooleanField(default=False, verbose_name="lead")
        ),
        migrations.AddField(
            model_name="supporter",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="from"),
        ),
        migrations.AddField(
            model_name="supporter",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="until and including"),
        ),
        migrations.RunPython(name_leads, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="supporter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_lead", True)),
                fields=("enrolment", "role"),
                name="onboarding_supporter_one_lead_per_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="supporter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="onboarding_supporter_ends_after_it_starts",
            ),
        ),
    ]
