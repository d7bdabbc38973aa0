from django.db import migrations, models

from base.live_indexes import AddIndexLive


# zero-downtime: one more index, which no code writes or has to know of; made while people go on writing
class Migration(migrations.Migration):
    # PostgreSQL makes no index beside its writers within a transaction.
    atomic = False

    dependencies = [
        ("onboarding", "0020_what_waits_to_be_signed_off"),
    ]

    operations = [
        AddIndexLive(
            model_name="stepprogress",
            index=models.Index(
                fields=["id"],
                condition=(
                    (~models.Q(assignee="newcomer") & models.Q(is_required=True)) | models.Q(asked_from__isnull=False)
                )
                & models.Q(in_plan=True, completed_at__isnull=True, waived_at__isnull=True),
                name="onboarding_progress_left",
            ),
        ),
    ]
