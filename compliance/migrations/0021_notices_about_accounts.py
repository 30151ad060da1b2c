from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models
from django.db.models import Q

ONCE = 'notice_once_per_account_and_round'


class Migration(migrations.Migration):
    """The new condition stands before the old one is dropped: at no moment is a notice about nothing possible."""

    atomic = False

    dependencies = [
        ('compliance', '0020_notices_once_a_round'),
    ]

    operations = [
        migrations.RunSQL(
            [
                f'DROP INDEX CONCURRENTLY IF EXISTS {ONCE}',
                f'CREATE UNIQUE INDEX CONCURRENTLY {ONCE} ON compliance_notice (advocate_id, stage, round)'
                ' WHERE period_start IS NULL AND session_id IS NULL',
            ],
            f'DROP INDEX CONCURRENTLY {ONCE}',
            state_operations=[
                migrations.AddConstraint(
                    model_name='notice',
                    constraint=models.UniqueConstraint(
                        fields=('advocate', 'stage', 'round'), condition=Q(period_start=None, session=None), name=ONCE
                    ),
                ),
            ],
        ),
        AddConstraintNotValid(
            model_name='notice',
            constraint=models.CheckConstraint(
                condition=(Q(period_start=None) ^ Q(session=None))
                | Q(period_start=None, session=None, stage='account-opened'),
                name='notice_about_one_thing',
            ),
        ),
        ValidateConstraint(model_name='notice', name='notice_about_one_thing'),
        migrations.RemoveConstraint(model_name='notice', name='notice_about_a_period_or_a_session'),
    ]
