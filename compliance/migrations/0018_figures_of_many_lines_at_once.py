from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

# As long as anything looks at each row before it is inserted, COPY writes and logs them one by one. What processes of
# the release before insert is found by an index that is empty but for it. Never by reading the table, which would be
# chosen, and remembered, while the table is small.
FORWARD = (
    """
    CREATE OR REPLACE FUNCTION cle_figures_of_inserted_lines() RETURNS trigger LANGUAGE plpgsql
    SET search_path FROM CURRENT SET enable_seqscan = off AS $$
    BEGIN
        UPDATE compliance_standing SET lines = lines WHERE headings_id IS NULL;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE OR REPLACE TRIGGER figures_of_inserted_lines AFTER INSERT ON compliance_standing
    FOR EACH STATEMENT EXECUTE FUNCTION cle_figures_of_inserted_lines()
    """,
    """
    CREATE OR REPLACE TRIGGER figures_of_lines BEFORE UPDATE OF lines ON compliance_standing
    FOR EACH ROW WHEN (NEW.lines <> '[]') EXECUTE FUNCTION cle_figures_of_lines()
    """,
)
BACK = (
    """
    CREATE OR REPLACE TRIGGER figures_of_lines BEFORE INSERT OR UPDATE OF lines ON compliance_standing
    FOR EACH ROW WHEN (NEW.lines <> '[]') EXECUTE FUNCTION cle_figures_of_lines()
    """,
    "DROP FUNCTION IF EXISTS cle_figures_of_inserted_lines() CASCADE",
)


def run_all(statements):
    def work(apps, schema_editor):
        with schema_editor.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    return work


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('compliance', '0017_figures_apart_from_words'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='standing',
            index=models.Index(condition=models.Q(('headings', None)), fields=['id'], name='standing_of_before'),
        ),
        migrations.RunPython(run_all(FORWARD), run_all(BACK)),
    ]
