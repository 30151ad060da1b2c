from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('advocates', '0016_what_a_preview_was_made_from'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='advocate',
            index=models.Index(models.Func(models.F('licence_key'), models.Value('0'), function='ltrim'), condition=models.Q(('licence_key', ''), _negated=True), name='advocate_licence_bare'),
        ),
    ]
