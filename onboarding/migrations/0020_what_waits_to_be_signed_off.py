from django.db import migrations, models

from base.live_indexes import AddIndexLive


# zero-downtime: one more index, which no code writes or has to know of; made while people go on writing
class Migration(migrations.Migration):
    # PostgreSQL makes no index beside its writers within a transaction.
    atomic = False

    dependencies = [
        ("onboarding", "0019_own_steps"),
    ]

    operations = [
        AddIndexLive(
            model_name="stepprogress",
            index=models.Index(
                fields=["id"],
                condition=models.Q(
                    in_plan=True, submitted_at__isnull=False, completed_at__isnull=True, waived_at__isnull=True
                ),
                name="onboarding_progress_to_sign",
            ),
        ),
    ]
