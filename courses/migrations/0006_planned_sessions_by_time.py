from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('advocates', '0005_imports_received_before_they_are_read'),
        ('courses', '0005_imports_received_before_they_are_read'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='session',
            index=models.Index(condition=models.Q(('state', 'planned')), fields=['starts_at', 'id'], name='session_planned'),
        ),
    ]
