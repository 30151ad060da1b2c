from compliance.views.office import jobs, today

app_name = "office"
urlpatterns = [*today.urlpatterns, *jobs.urlpatterns]
