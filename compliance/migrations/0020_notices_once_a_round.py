from django.db import migrations, models

# (name, the one before, what it is about)
KEYS = (
    ('notice_once_per_stage_and_round', 'notice_once_per_stage', 'period_start'),
    ('notice_once_per_session_and_round', 'notice_once_per_session', 'session'),
)


def _column(about):
    return 'session_id' if about == 'session' else about


def indexes():
    """What a migration that was broken off has left is made anew."""
    for name, _before, about in KEYS:
        yield migrations.RunSQL(
            [
                f'DROP INDEX CONCURRENTLY IF EXISTS {name}',
                f'CREATE UNIQUE INDEX CONCURRENTLY {name}'
                f' ON compliance_notice (advocate_id, {_column(about)}, stage, round)',
            ],
            migrations.RunSQL.noop,
        )


def exchange():
    """At one stroke: at no moment are two notices of the same round possible."""
    forward = [
        f'ALTER TABLE compliance_notice ADD CONSTRAINT {name} UNIQUE USING INDEX {name}, DROP CONSTRAINT {before}'
        for name, before, _about in KEYS
    ]
    back = [
        f'ALTER TABLE compliance_notice DROP CONSTRAINT {name},'
        f' ADD CONSTRAINT {before} UNIQUE (advocate_id, {_column(about)}, stage)'
        for name, before, about in KEYS
    ]
    state = []
    for name, before, about in KEYS:
        state += [
            migrations.RemoveConstraint(model_name='notice', name=before),
            migrations.AddConstraint(
                model_name='notice',
                constraint=models.UniqueConstraint(fields=('advocate', about, 'stage', 'round'), name=name),
            ),
        ]
    return migrations.RunSQL(forward, back, state_operations=state)


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('compliance', '0019_notices_by_round'),
    ]

    operations = [*indexes(), exchange()]
