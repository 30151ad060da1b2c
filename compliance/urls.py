from django.urls import include, path

from compliance.views.calendar import calendar_feed
from compliance.views.certificates import certificate_pdf, verify, verify_file, verify_form
from compliance.views.credentials import jwks
from compliance.views.mail import mail_webhook, unsubscribe_page
from compliance.views.own.desk import home
from compliance.views.own.explained import Explained
from compliance.views.own.presence import urlpatterns as presence

urlpatterns = [
    path("", home, name="home"),
    path("office/", include("compliance.views.office.urls")),
    path("my/", include("compliance.views.own.urls")),
    *presence,
    path("explained/", Explained.as_view(), name="explained"),
    path("calendar/<str:secret>.ics", calendar_feed, name="calendar-feed"),
    path("unsubscribe/<str:leave>/", unsubscribe_page, name="unsubscribe"),
    path("hooks/mail", mail_webhook, name="mail-webhook"),
    path("verify/", verify_form, name="verify-form"),
    path("verify/file/", verify_file, name="verify-file"),
    path("verify/<str:code>", verify, name="verify"),
    path(".well-known/jwks.json", jwks, name="jwks"),
    path("certificates/<str:code>.pdf", certificate_pdf, name="certificate-pdf"),
]
