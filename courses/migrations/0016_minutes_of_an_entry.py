from django.contrib.postgres.operations import AddConstraintNotValid, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False  # who validates waits for nobody, once the constraint is there

    dependencies = [
        ('courses', '0015_sums_from_the_index_alone'),
    ]

    operations = [
        AddConstraintNotValid(
            model_name='entry',
            constraint=models.CheckConstraint(
                condition=models.Q(('minutes__gte', -8388607), ('minutes__lte', 8388607)), name='entry_of_16_years_at_most'
            ),
        ),
        ValidateConstraint(model_name='entry', name='entry_of_16_years_at_most'),
    ]
