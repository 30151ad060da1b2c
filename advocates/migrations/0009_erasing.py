
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0008_consents'),
    ]

    operations = [
        migrations.AddField(
            model_name='advocate',
            name='erased_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='erased'),
        ),
    ]
