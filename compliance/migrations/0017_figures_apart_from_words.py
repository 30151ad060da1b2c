import django.contrib.postgres.fields
import django.db.models.deletion
from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations, models

FUNCTIONS = (
    """
    CREATE OR REPLACE FUNCTION cle_headings(of_bar bigint, of_lines text[], by_clauses text[]) RETURNS bigint
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    DECLARE
        said text := encode(sha256(convert_to(
            array_to_string(of_lines, E'\\n') || E'\\n\\n' || array_to_string(by_clauses, E'\\n'), 'UTF8')), 'hex');
        found bigint;
    BEGIN
        SELECT id INTO found FROM compliance_headings WHERE bar_id = of_bar AND sha256 = said;
        IF found IS NULL THEN
            INSERT INTO compliance_headings (bar_id, codes, clauses, sha256)
            VALUES (of_bar, of_lines, by_clauses, said) ON CONFLICT DO NOTHING;
            SELECT id INTO found FROM compliance_headings WHERE bar_id = of_bar AND sha256 = said;
        END IF;
        RETURN found;
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cle_figures_of_lines() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
    DECLARE
        of_lines text[];
        by_clauses text[];
    BEGIN
        SELECT array_agg(line ->> 'code' ORDER BY place), array_agg(line ->> 'clause' ORDER BY place)
          INTO of_lines, by_clauses
          FROM jsonb_array_elements(NEW.lines) WITH ORDINALITY AS each (line, place);
        NEW.headings_id := cle_headings(NEW.bar_id, of_lines, by_clauses);
        NEW.figures := ARRAY(
            SELECT (line ->> name)::int
              FROM jsonb_array_elements(NEW.lines) WITH ORDINALITY AS each (line, place),
                   unnest(ARRAY['required', 'counted', 'missing']) WITH ORDINALITY AS names (name, turn)
             ORDER BY place, turn);
        -- Of a row that is there already, what is put forward for it must still differ from what it has.
        IF TG_OP = 'UPDATE' THEN
            NEW.lines := '[]';
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION cle_lines_are_of_before() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.lines := '[]';
        RETURN NEW;
    END
    $$
    """,
)
# For whoever still writes lines: processes of the release before. A release later, the column and this go.
TRIGGERS = (
    """
    CREATE OR REPLACE TRIGGER figures_of_lines BEFORE INSERT OR UPDATE OF lines ON compliance_standing
    FOR EACH ROW WHEN (NEW.lines <> '[]') EXECUTE FUNCTION cle_figures_of_lines()
    """,
    """
    CREATE OR REPLACE TRIGGER lines_are_of_before BEFORE UPDATE OF figures ON compliance_standing
    FOR EACH ROW WHEN (OLD.lines <> '[]') EXECUTE FUNCTION cle_lines_are_of_before()
    """,
)
STORAGE = (
    # A key is taken from the sequence for each row of millions: so many at once cost nothing, and gaps do no harm.
    "ALTER TABLE compliance_standing ALTER COLUMN id SET CACHE 1000",
    # Room for the next figures of a few people of each page: they then stay where the indexes know them.
    "ALTER TABLE compliance_standing SET (fillfactor = 90)",
    "ALTER TABLE compliance_assessed SET (fillfactor = 90)",
)
ROWS = 20_000
NEXT = "SELECT max(id) FROM (SELECT id FROM compliance_standing WHERE id > %s ORDER BY id LIMIT %s) AS part"
FILL = "UPDATE compliance_standing SET lines = lines WHERE id > %s AND id <= %s AND headings_id IS NULL"


def fill_in(apps, schema_editor):
    """Part by part, each a transaction of its own; those that have been done are left alone when it begins anew."""
    with schema_editor.connection.cursor() as cursor:
        for statement in (*FUNCTIONS, *TRIGGERS, *STORAGE):
            cursor.execute(statement)
        done = 0
        while True:
            cursor.execute(NEXT, [done, ROWS])
            (last,) = cursor.fetchone()
            if last is None:
                return
            cursor.execute(FILL, [done, last])
            done = last


BACK = """
    UPDATE compliance_standing s
       SET lines = (SELECT jsonb_agg(jsonb_build_object('code', h.codes[n], 'clause', h.clauses[n],
                                     'required', s.figures[3 * n - 2], 'counted', s.figures[3 * n - 1],
                                     'missing', s.figures[3 * n]) ORDER BY n)
                      FROM generate_subscripts(h.codes, 1) AS n)
      FROM compliance_headings h WHERE h.id = s.headings_id
"""


def write_out(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION IF EXISTS cle_figures_of_lines() CASCADE")
        cursor.execute("DROP FUNCTION IF EXISTS cle_lines_are_of_before() CASCADE")
        cursor.execute(BACK)
        cursor.execute("DROP FUNCTION IF EXISTS cle_headings(bigint, text[], text[])")
        for statement in ("ALTER TABLE compliance_standing RESET (fillfactor)",
                          "ALTER TABLE compliance_assessed RESET (fillfactor)",
                          "ALTER TABLE compliance_standing ALTER COLUMN id SET CACHE 1"):
            cursor.execute(statement)


class Migration(migrations.Migration):

    atomic = False  # a table at a time, and rows part by part: nobody waits for all of it

    dependencies = [
        ('compliance', '0016_moves_are_noted'),
    ]

    operations = [
        migrations.CreateModel(
            name='Headings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('codes', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('clauses', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None)),
                ('sha256', models.CharField(max_length=64)),
                ('bar', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='advocates.bar')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bar', 'sha256'), name='headings_once')],
            },
        ),
        migrations.AlterField(
            model_name='standing',
            name='lines',
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
        migrations.AddField(
            model_name='standing',
            name='headings',
            field=models.ForeignKey(db_constraint=False, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='compliance.headings'),
        ),
        migrations.AddField(
            model_name='standing',
            name='figures',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), null=True, size=None),
        ),
        migrations.RunPython(fill_in, write_out),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField(model_name='standing', name='lines')],
        ),
        RemoveIndexConcurrently(model_name='standing', name='standing_by_status'),
    ]
