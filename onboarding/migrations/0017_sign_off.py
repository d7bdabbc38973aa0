from django.db import migrations, models


def clear_what_did_nothing(apps, schema_editor):
    """So far only what was handed in could be signed off: what stands at another kind of step was never asked of anybody."""
    apps.get_model("onboarding", "StepPage").objects.exclude(kind="submit").update(signed_off_by="")


class Migration(migrations.Migration):
    dependencies = [("onboarding", "0016_pages_before_start")]

    operations = [
        migrations.AddField(
            model_name="stepprogress",
            name="submitted_language",
            field=models.CharField(blank=True, max_length=8),
        ),
        migrations.AlterField(
            model_name="onboardingevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("enrolled", "put on the path"),
                    ("submitted", "handed in"),
                    ("done", "completed a step"),
                    ("reopened", "opened again"),
                    ("waived", "waived"),
                    ("unwaived", "no longer waived"),
                    ("rescheduled", "dates changed"),
                    ("start_moved", "start date changed"),
                    ("paused", "paused"),
                    ("resumed", "resumed"),
                    ("role_changed", "somebody else walks along"),
                    ("stood_in", "somebody stands in"),
                    ("changed", "change of the path applied"),
                    ("declined", "change of the path declined"),
                    ("finished", "finished the path"),
                    ("ended", "ended"),
                    ("reminded", "reminded"),
                    ("nudged", "nudged"),
                    ("escalated", "told the manager"),
                    ("mailed", "mail sent"),
                    ("mail_failed", "mail not delivered"),
                    ("mail_again", "mail tried again"),
                    ("not_mailed", "no mail sent"),
                    ("left_to_hr", "told HR that it waits to be signed off"),
                    ("looked", "looked at answers"),
                    ("rescored", "quiz counted again"),
                    ("invited", "invited before the start"),
                    ("handed_over", "got a work account"),
                    ("withdrawn", "does not come"),
                    ("exported", "exported"),
                    ("anonymised", "made anonymous"),
                    ("held", "kept whatever its age"),
                    ("released", "no longer kept whatever its age"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="steppage",
            name="signed_off_by",
            field=models.CharField(
                blank=True,
                choices=[("buddy", "Buddy"), ("manager", "Manager"), ("mentor", "Mentor"), ("hr", "HR contact")],
                help_text="Who looks at it and says that it is done; until then it waits, and nobody is late for it. Empty: it is done when whoever does it says so. Not for a quiz or a text to confirm.",
                max_length=10,
                verbose_name="signed off by",
            ),
        ),
        migrations.RunPython(clear_what_did_nothing, migrations.RunPython.noop),
    ]
