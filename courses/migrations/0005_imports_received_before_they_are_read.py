from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0004_sessions_called_off'),
    ]

    operations = [
        migrations.AlterField(
            model_name='attendancefile',
            name='plan_sha256',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AlterField(
            model_name='attendancefile',
            name='state',
            field=models.CharField(choices=[('received', 'received, not read yet'), ('previewed', 'previewed'), ('applied', 'applied'), ('discarded', 'discarded')], default='previewed', max_length=20, verbose_name='state'),
        ),
    ]
