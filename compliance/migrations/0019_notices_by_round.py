from django.db import migrations, models

# What was said about a case that had been opened before: it belongs to the time at which it was said. There are few.
FORWARD = """
    WITH opened AS (
        SELECT advocate_id, period_start, step.at,
               row_number() OVER (PARTITION BY step.case_id ORDER BY step.at, step.id) AS round
          FROM compliance_casestep step JOIN compliance_case ON compliance_case.id = step.case_id
         WHERE step.to_state = 'open'
    )
    UPDATE compliance_notice notice SET round = found.round
      FROM (
        SELECT notice.id, max(opened.round) AS round
          FROM opened JOIN compliance_notice notice USING (advocate_id, period_start)
         WHERE opened.round > 1 AND coalesce(notice.sent_at, notice.due_at) >= opened.at
         GROUP BY notice.id
      ) found
     WHERE notice.id = found.id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('compliance', '0018_figures_of_many_lines_at_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='round',
            field=models.PositiveSmallIntegerField(db_default=1, default=1, editable=False),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
