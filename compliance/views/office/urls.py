from compliance.views.office import certificates, design, jobs, notices, presence, today

app_name = "office"
urlpatterns = [
    *today.urlpatterns,
    *design.urlpatterns,
    *certificates.urlpatterns,
    *notices.urlpatterns,
    *presence.urlpatterns,
    *jobs.urlpatterns,
]
