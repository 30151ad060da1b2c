"""The advocate's own pages below "my/"; each module lists its own."""

from __future__ import annotations

from compliance.views.own import claims, consents, file, notices, preferences, requests

app_name = "own"
urlpatterns = [
    *claims.urlpatterns,
    *notices.urlpatterns,
    *requests.urlpatterns,
    *file.urlpatterns,
    *consents.urlpatterns,
    *preferences.urlpatterns,
]
