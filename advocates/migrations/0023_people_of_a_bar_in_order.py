from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models import deletion

# That of the foreign key alone, under the name that Django gave it; what the new one begins with serves the key as well.
_OLD = "advocates_advocate_bar_id_6db8bdc8"


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('advocates', '0022_two_words_of_a_name_at_once'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='advocate',
            index=models.Index(fields=['bar', 'id'], name='advocate_of_bar'),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    f"DROP INDEX CONCURRENTLY IF EXISTS {_OLD}",
                    f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {_OLD} ON advocates_advocate (bar_id)",
                ),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='advocate',
                    name='bar',
                    field=models.ForeignKey(db_index=False, on_delete=deletion.PROTECT, related_name='advocates', to='advocates.bar'),
                ),
            ],
        ),
    ]
