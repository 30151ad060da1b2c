"""The advocate's own pages."""

from __future__ import annotations

from compliance.views.own import (
    certificates,
    claims,
    consents,
    courses,
    file,
    finish,
    notices,
    preferences,
    requests,
    transcript,
    what_if,
)

app_name = "own"
urlpatterns = [
    *courses.urlpatterns,
    *finish.urlpatterns,
    *what_if.urlpatterns,
    *transcript.urlpatterns,
    *certificates.urlpatterns,
    *claims.urlpatterns,
    *notices.urlpatterns,
    *requests.urlpatterns,
    *file.urlpatterns,
    *consents.urlpatterns,
    *preferences.urlpatterns,
]
