import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = (
    """
    CREATE FUNCTION cle_ledgers_moved_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
        INSERT INTO compliance_movedon (advocate_id, bar_id)
        SELECT person.id, person.bar_id FROM moved JOIN advocates_advocate person ON person.id = moved.advocate_id;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION cle_records_moved_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
        INSERT INTO compliance_movedon (advocate_id, bar_id) SELECT id, bar_id FROM moved;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION cle_record_moved_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
        INSERT INTO compliance_movedon (advocate_id, bar_id) VALUES (NEW.id, NEW.bar_id);
        RETURN NULL;
    END
    $$
    """,
)
"""They write on behalf of whoever posts, who need not be let into the list."""

TRIGGERS = (
    """
    CREATE TRIGGER ledgers_begun AFTER INSERT ON courses_account REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION cle_ledgers_moved_on()
    """,
    """
    CREATE TRIGGER ledgers_moved_on AFTER UPDATE ON courses_account REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION cle_ledgers_moved_on()
    """,
    """
    CREATE TRIGGER records_begun AFTER INSERT ON advocates_advocate REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION cle_records_moved_on()
    """,
    """
    CREATE TRIGGER record_moved_on AFTER UPDATE ON advocates_advocate
    FOR EACH ROW WHEN ((OLD.version, OLD.bar_id) IS DISTINCT FROM (NEW.version, NEW.bar_id))
    EXECUTE FUNCTION cle_record_moved_on()
    """,
)
DROP = """
    DROP FUNCTION IF EXISTS cle_ledgers_moved_on() CASCADE;
    DROP FUNCTION IF EXISTS cle_records_moved_on() CASCADE;
    DROP FUNCTION IF EXISTS cle_record_moved_on() CASCADE;
"""


def note_who_moves_on(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for statement in (*FUNCTIONS, *TRIGGERS):
            cursor.execute(statement)


def stop_noting(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(DROP)


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0014_quicker_trail'),
        ('compliance', '0014_bounces_are_counted'),
        ('courses', '0015_sums_from_the_index_alone'),
    ]

    operations = [
        migrations.CreateModel(
            name='MovedOn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('advocate', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.advocate')),
                ('bar', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
            ],
            options={
                'indexes': [models.Index(fields=['bar', 'advocate'], name='moved_on_of_bar')],
            },
        ),
        migrations.RunPython(note_who_moves_on, stop_noting),
    ]
