from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0006_check_ins")]

    operations = [
        migrations.AddField(
            model_name="stepprogress", name="asked_from", field=models.DateTimeField(blank=True, null=True)
        ),
    ]
