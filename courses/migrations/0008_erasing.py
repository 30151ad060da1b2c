
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0007_sealed_files'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='entry',
            name='entry_append_only',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='entry_append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n    IF TG_OP = 'UPDATE' THEN\n        \n        IF current_setting('cle.erasing', true) = 'on'\n           AND current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class WHERE oid = TG_RELID)\n           AND to_jsonb(NEW) - ARRAY['reason'] = to_jsonb(OLD) - ARRAY['reason'] THEN RETURN NEW;\n        END IF;\n    END IF;\n    RAISE EXCEPTION 'pgtrigger: Cannot % rows from % table', lower(TG_OP), TG_TABLE_NAME;\n", hash='48f5a207329e7a5a6959fb4531ecc00051ade533', operation='UPDATE OR DELETE', pgid='pgtrigger_entry_append_only_0ede5', table='courses_entry', when='BEFORE')),
        ),
    ]
