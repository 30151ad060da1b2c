"""Fields that forms of advocates share: several files at once, and days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """The files that were chosen together; each is checked by whoever takes it."""

    def __init__(self, **kwargs: Any) -> None:
        accept = "application/pdf,image/jpeg,image/png,image/webp"
        super().__init__(widget=_ManyFiles(attrs={"multiple": True, "accept": accept}), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        files = data if isinstance(data, list) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files or [None]]


def day_field(label: Any) -> forms.DateField:
    """A day by the browser's own calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, widget=widget)


def time_field(label: Any) -> forms.TimeField:
    """A time of the day, or none."""
    return forms.TimeField(label=label, required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))


def day_choices(days: list[dt.date], shown: Any) -> list[tuple[str, str]]:
    """Days to choose from, as they are sent and as they are shown."""
    return [(day.isoformat(), shown(day)) for day in days]
