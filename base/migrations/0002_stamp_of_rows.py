from django.db import migrations, models


class Migration(migrations.Migration):
    """The stamp becomes the sum of rows; the single row there is becomes the first of them."""

    dependencies = [("base", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="contentstamp", name="base_contentstamp_single_row"),
        migrations.RenameField(model_name="contentstamp", old_name="value", new_name="token"),
        migrations.AlterField(model_name="contentstamp", name="token", field=models.PositiveBigIntegerField()),
    ]
