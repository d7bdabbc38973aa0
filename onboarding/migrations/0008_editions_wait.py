from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0007_asked_from")]

    operations = [
        migrations.AddField(
            model_name="pageedition",
            name="waits",
            field=models.BooleanField(default=False, verbose_name="waits for the translation"),
        ),
    ]
