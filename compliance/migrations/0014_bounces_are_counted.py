from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("compliance", "0012_notice_ledger")]

    operations = [
        AddIndexConcurrently(
            model_name="noticeevent",
            index=models.Index(
                condition=models.Q(("kind", "bounced")), fields=["at"], name="notice_event_bounced"
            ),
        ),
    ]
