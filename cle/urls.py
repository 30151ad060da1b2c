from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from cle import probes

handler500 = "cle.failures.server_error"
handler429 = "advocates.login.views.too_many_requests"
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("api/v1/", include("compliance.api.urls")),  # first: programs ask most often
    path("", include("compliance.urls")),
    path("", include("advocates.login.urls")),
    path("healthz", probes.healthz, name="healthz"),
    path("livez", probes.live, name="live"),
    path("readyz", probes.ready, name="ready"),
    path("metrics", probes.metrics, name="metrics"),
    path("version", probes.release, name="version"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
