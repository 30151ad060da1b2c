from django.db import migrations, models


class Migration(migrations.Migration):
    """Parts of an agenda may say when they begin; those that are there already say how long they are, and no more."""

    dependencies = [("courses", "0011_presence_by_code")]

    operations = [
        migrations.AddField(
            model_name="segment", name="day", field=models.PositiveSmallIntegerField(default=1, verbose_name="day")
        ),
        migrations.AddField(
            model_name="segment",
            name="begins",
            field=models.TimeField(blank=True, null=True, verbose_name="begins"),
        ),
    ]
