"""Days in the forms of the office."""

from __future__ import annotations

from typing import Any

from django import forms


def day_field(label: Any, **options: Any) -> forms.DateField:
    """A day, with the browser's own calendar where it has one."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "min": "1900-01-01", "max": "2199-12-31"})
    return forms.DateField(label=label, widget=widget, **options)
