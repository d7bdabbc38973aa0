from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notifications', '0005_why_jobs_failed'),
    ]

    operations = [
        migrations.AddField(
            model_name='jobrun',
            name='ended_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
