
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0002_requests_and_units'),
        ('compliance', '0002_jobs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='notice',
            name='handed_over_on',
            field=models.DateField(blank=True, null=True, verbose_name='handed over on'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(('handed_over_on', None), models.Q(('handed_over_by__isnull', False), ('state', 'printed')), _connector='OR'), name='notice_handed_over_by_somebody'),
        ),
    ]
