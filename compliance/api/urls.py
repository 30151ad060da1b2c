from django.urls import path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerView

from compliance.api import bars
from compliance.api.explanation import Explanation, WhatIf
from compliance.api.views import Certificates, Nothing, Profile, Standings, Transcript

app_name = "api"
urlpatterns = [
    path("me", Profile.as_view(), name="me"),
    path("me/standings", Standings.as_view(), name="standings"),
    path("me/explanation", Explanation.as_view(), name="explanation"),
    path("me/what-if", WhatIf.as_view(), name="what-if"),
    path("me/transcript", Transcript.as_view(), name="transcript"),
    path("me/certificates", Certificates.as_view(), name="certificates"),
    path("bars", bars.StaffScopedBars.as_view(), name="bars"),
    path("bars/<str:bar>/advocates", bars.Advocates.as_view(), name="advocates"),
    path("bars/<str:bar>/advocates/<int:advocate>", bars.OneAdvocate.as_view(), name="advocate"),
    path(
        "bars/<str:bar>/advocates/<int:advocate>/explanation",
        bars.AdvocateExplained.as_view(),
        name="advocate-explained",
    ),
    path("bars/<str:bar>/standings", bars.Standings.as_view(), name="bar-standings"),
    path("schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("docs", SpectacularSwaggerView.as_view(url_name="api:schema"), name="docs"),
    re_path(r"", Nothing.as_view(), name="nothing"),
]
