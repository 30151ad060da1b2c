from django.db import migrations

FUNCTIONS = (
    """
    CREATE OR REPLACE FUNCTION cle_ledgers_moved_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
        INSERT INTO compliance_movedon (advocate_id, bar_id)
        SELECT person.id, person.bar_id FROM moved JOIN advocates_advocate person ON person.id = moved.advocate_id;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cle_records_moved_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
    BEGIN
        INSERT INTO compliance_movedon (advocate_id, bar_id) SELECT id, bar_id FROM moved;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cle_record_moved_on() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
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
    CREATE OR REPLACE TRIGGER ledgers_begun AFTER INSERT ON courses_account REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION cle_ledgers_moved_on()
    """,
    """
    CREATE OR REPLACE TRIGGER ledgers_moved_on AFTER UPDATE ON courses_account REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION cle_ledgers_moved_on()
    """,
    """
    CREATE OR REPLACE TRIGGER records_begun AFTER INSERT ON advocates_advocate REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION cle_records_moved_on()
    """,
    """
    CREATE OR REPLACE TRIGGER record_moved_on AFTER UPDATE ON advocates_advocate
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

    atomic = False  # each trigger waits for one table, and holds no other meanwhile

    dependencies = [
        ('compliance', '0015_who_has_moved_on'),
    ]

    operations = [
        migrations.RunPython(note_who_moves_on, stop_noting),
    ]
