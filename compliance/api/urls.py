"""Every address of the API, by the noun it serves; each noun's module lists its own."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView

from compliance.api import (
    audit,
    bars,
    figures,
    jobs,
    office,
    own,
    roles,
    tokens,
)
from compliance.api.consents import urls as consents
from compliance.api.course_urls import urls as course_urls
from compliance.api.explanation import Explanation, WhatIf
from compliance.api.personal import urls as personal_urls
from compliance.api.retention import urls as retention

app_name = "api"
urlpatterns = [
    path("me", own.Profile.as_view(), name="me"),
    path("me/standings", own.Standings.as_view(), name="standings"),
    path("me/explanation", Explanation.as_view(), name="explanation"),
    path("me/what-if", WhatIf.as_view(), name="what-if"),
    path("bars", bars.Bars.as_view(), name="bars"),
    *figures.urls,
    path(
        "bars/<str:bar>/advocates/<int:advocate>/explanation",
        bars.AdvocateExplained.as_view(),
        name="advocate-explained",
    ),
    *personal_urls,
    *course_urls,
    path("bars/<str:bar>/standings", bars.Standings.as_view(), name="bar-standings"),
    *office.urls,
    *jobs.urls,
    *audit.urls,
    *tokens.urls,
    *roles.urls,
    *consents,
    *retention,
    path("schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="api:schema"), name="docs"),
    re_path(r"", own.Nothing.as_view(), name="nothing"),
]
