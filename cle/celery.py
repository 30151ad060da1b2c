"""The queue. State lives in PostgreSQL: losing every message loses nothing, the next look finds the work again."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cle.settings")

app = Celery("cle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
