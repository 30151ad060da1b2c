from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("compliance", "0013_quicker_sweeps_and_older_workers")]

    operations = [
        AddIndexConcurrently(
            model_name="noticeevent",
            index=models.Index(
                condition=models.Q(("kind", "bounced")), fields=["at"], name="notice_event_bounced"
            ),
        ),
    ]
