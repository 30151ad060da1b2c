"""The advocate's own pages below "my/"; each module lists its own."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "own"
urlpatterns: list[URLPattern] = []
