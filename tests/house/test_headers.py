"""Every answer of the site tells the browser to be careful: pages, refusals, the API, the admin site."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from advocates.models import User
from tests.house.test_routes import ROUTES

ADMIN = [
    reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
    for model in admin.site._registry
    for page in ("changelist", "add")
]
ADDRESSES = sorted(
    {"/" + re.sub(r"<[^>]*>", "1", address).replace("^", "") for address, name, _view in ROUTES if "admin:" not in name}
    | {"/admin/", "/no-such-page", "/api/v1/nothing", *ADMIN}
)
EXACTLY = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
LOOSER = ("/admin/", "/api/v1/docs")
"""Pages of packages, which run scripts of their own inside the page."""


@pytest.fixture
def office(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root@mail.example.kz", "correct horse"))
    return client


def test_every_address_is_asked() -> None:
    assert len(ADDRESSES) > 100


@pytest.mark.django_db
@pytest.mark.parametrize("somebody", [False, True], ids=["stranger", "logged in"])
def test_every_answer_is_careful(somebody: bool, office: Client) -> None:
    client = office if somebody else Client()
    for address in ADDRESSES:
        answer = client.get(address)
        assert answer.status_code < 500, address
        assert {name: answer.headers.get(name) for name in EXACTLY} == EXACTLY, address
        policy = answer.headers["Content-Security-Policy"]
        for directive in ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"):
            assert directive in policy, address
        if not address.startswith(LOOSER):
            assert "unsafe" not in policy, address
        assert "camera=()" in answer.headers["Permissions-Policy"], address
        if somebody and not address.startswith(("/api/v1/", "/.well-known/")):
            assert "no-store" in answer.headers.get("Cache-Control", ""), address
        assert "Access-Control-Allow-Origin" not in answer.headers, address


@pytest.mark.django_db
def test_no_answer_about_people_is_kept(office: Client) -> None:
    for address, name, view in ROUTES:
        bases = {base.__name__ for base in getattr(getattr(view, "cls", None), "__mro__", ())}
        if "PrivateView" in bases:
            answer = office.get("/" + re.sub(r"<[^>]*>", "1", address))
            said = answer.headers.get("Cache-Control", "")
            assert "no-store" in said or {"private", "no-cache"} <= set(said.split(", ")), name


_COOKIES = """
import django; django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE,
      s.LANGUAGE_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE, s.CSRF_COOKIE_SAMESITE,
      s.SECURE_HSTS_SECONDS >= 31536000, s.SECURE_HSTS_INCLUDE_SUBDOMAINS, s.SECURE_SSL_REDIRECT, s.DEBUG)
"""


def test_cookies_and_tls_in_production(tmp_path: Path) -> None:
    environment = {
        **os.environ, "CLE_ENV": "production", "CLE_DEBUG": "true", "SECRET_KEY": "s" * 60, "FIELD_KEYS": "f" * 60,
        "ALLOWED_HOSTS": "cle.example.org", "CLE_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "cle.settings",
    }  # fmt: skip
    said = subprocess.run([sys.executable, "-c", _COOKIES], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.split() == [
        "__Host-sessionid", "__Host-csrftoken", "__Host-language", *["True"] * 4, "Lax", "Lax", "True", "True", "True",
        "False",
    ]  # fmt: skip
