import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('advocates', '0014_quicker_trail'),
        ('courses', '0014_kinds_of_certificates'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='entry',
            index=models.Index(fields=['advocate'], include=('category', 'format', 'earned_on', 'minutes', 'adjustment'), name='entry_of_advocate'),
        ),
        migrations.AlterField(
            model_name='entry',
            name='advocate',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='advocates.advocate'),
        ),
    ]
