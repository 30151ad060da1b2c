from compliance.views.office import (
    cases,
    certificates,
    design,
    jobs,
    national,
    notices,
    presence,
    short,
    standing,
    sweeps,
    today,
)

app_name = "office"
urlpatterns = [
    *today.urlpatterns,
    *design.urlpatterns,
    *cases.urlpatterns,
    *certificates.urlpatterns,
    *national.urlpatterns,
    *notices.urlpatterns,
    *presence.urlpatterns,
    *short.urlpatterns,
    *standing.urlpatterns,
    *sweeps.urlpatterns,
    *jobs.urlpatterns,
]
