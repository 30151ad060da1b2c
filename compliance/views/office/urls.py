from compliance.views.office import certificates, design, jobs, notices, today

app_name = "office"
urlpatterns = [
    *today.urlpatterns,
    *notices.urlpatterns,
    *design.urlpatterns,  # before the certificates, whose codes could be called the same
    *certificates.urlpatterns,
    *jobs.urlpatterns,
]
