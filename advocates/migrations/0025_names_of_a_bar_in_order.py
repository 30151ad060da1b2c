from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('advocates', '0024_lines_name_what_was_read'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='advocate',
            index=models.Index(fields=['bar', 'id'], include=['search_key'], name='advocate_names_of_bar'),
        ),
        RemoveIndexConcurrently(
            model_name='advocate',
            name='advocate_of_bar',
        ),
    ]
