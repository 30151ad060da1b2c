"""Keeping the list of those who teach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from advocates.models import Bar
from courses.models import Provider


def add_provider(bar: Bar, particulars: Mapping[str, Any]) -> Provider:
    """A provider of the bar, by the fields of the model that the bar keeps."""
    return Provider.objects.create(bar=bar, **particulars)


@transaction.atomic
def change_provider(provider: Provider, particulars: Mapping[str, Any]) -> Provider:
    """Write down some particulars anew; the others stay."""
    locked = Provider.objects.select_for_update().get(pk=provider.pk)
    for name, value in particulars.items():
        setattr(locked, name, value)
    locked.save(update_fields=list(particulars))
    return locked
