"""The advocate's certificates: the papers, and where anybody can check them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from compliance.queries import desk
from compliance.views.scoping import OwnScopedPage


class Certificates(OwnScopedPage):
    area = "certificates"
    template = "own/certificates.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(rows=self.sheet(desk.certificates_of(self.user)))


urlpatterns = [path("certificates/", Certificates.as_view(), name="certificates")]
