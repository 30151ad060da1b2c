"""``manage.py reencrypt``: after a new key was put before the old one in FIELD_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from cle.core.resealing import reseal, sealed_columns


class Command(BaseCommand):
    help = "Encrypt anew, with the first of FIELD_KEYS, all that an older key encrypted. Then the older one may go."

    def handle(self, *args: Any, **options: Any) -> None:
        for model, field in sealed_columns():
            count = reseal(model, field)
            self.stdout.write(f"{model._meta.label}.{field.name}: {count} encrypted anew")
