import django.db.models.deletion
from django.db import migrations, models

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
    ]
