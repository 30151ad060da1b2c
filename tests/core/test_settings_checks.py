"""Each mistake in the settings is named, with what to write instead."""

from __future__ import annotations

import importlib
import logging
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Error, run_checks

from cle.checks import OURS, check_settings

GOOD: dict[str, Any] = {
    "public_url": "https://cle.example.kz", "mail_from": "Алқа <cle@example.kz>", "smtp_host": "mail.example.kz",
    "smtp_port": 587, "smtp_user": "cle", "smtp_password": "x", "smtp_security": "starttls",
    "redis_url": "redis://localhost/0", "database_url": "postgresql://cle@localhost/cle",
    "allowed_hosts": ("cle.example.kz", "localhost"), "timestamp_url": "http://tsa.example.kz/tsr",
    "oidc_issuer": "https://login.example.kz", "oidc_client_id": "cle", "oidc_client_secret": "x",
    "field_keys": ("a" * 32, "b" * 32), "secret_key": "c" * 32, "cle_debug": False,
}  # fmt: skip


@pytest.fixture(autouse=True)
def production(settings, tmp_path: Path) -> None:
    settings.PRODUCTION, settings.KEYS_FOLDER = True, tmp_path
    settings.ENV = settings.ENV.model_copy(update=GOOD)


def said(settings: Any, **changes: Any) -> list[str]:
    settings.ENV = settings.ENV.model_copy(update=changes)
    return [str(each.id) for each in check_settings()]


def test_settings_that_make_sense_are_not_spoken_of(settings) -> None:
    assert said(settings) == []
    assert said(settings, smtp_port=465, smtp_security="tls", allowed_hosts=(".example.kz",)) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"public_url": "cle.example.kz"}, "cle.E002"),
        ({"public_url": "https://cle.example.kz:port"}, "cle.E002"),
        ({"public_url": "https://cle.example.kz/?a=1"}, "cle.E002"),
        ({"mail_from": "cle"}, "cle.E003"),
        ({"mail_from": "a@example.kz, b@example.kz"}, "cle.E003"),
        ({"mail_from": "cle@localhost"}, "cle.W003"),
        ({"smtp_host": ""}, "cle.E004"),
        ({"smtp_password": ""}, "cle.W004"),
        ({"smtp_port": 465}, "cle.W005"),
        ({"smtp_port": 587, "smtp_security": "tls"}, "cle.W005"),
        ({"smtp_security": "none"}, "cle.W006"),
        ({"redis_url": "localhost:6379"}, "cle.E005"),
        ({"oidc_client_secret": ""}, "cle.E006"),
        ({"oidc_issuer": "login.example.kz"}, "cle.E007"),
        ({"timestamp_url": "tsa.example.kz"}, "cle.E008"),
        ({"field_keys": ("a" * 32, "a" * 32)}, "cle.W008"),
        ({"secret_key": "a" * 32}, "cle.W009"),
        ({"public_url": "http://cle.example.kz"}, "cle.W020"),
        ({"public_url": "https://cpd.example.kz"}, "cle.W021"),
        ({"allowed_hosts": ("*",)}, "cle.W022"),
        ({"database_url": ""}, "cle.W023"),
        ({"redis_url": ""}, "cle.W024"),
        ({"smtp_host": "", "smtp_user": "", "smtp_password": ""}, "cle.W025"),
        ({"cle_debug": True}, "cle.W026"),
    ],
)
def test_a_mistake_is_named_with_what_to_write(settings, changes: dict[str, Any], code: str) -> None:
    assert code in said(settings, **changes)
    assert all(str(each.msg) and str(each.hint) for each in check_settings())


def test_a_setting_that_is_misspelt_is_asked_about(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_HOTS", "mail.example.kz")
    monkeypatch.setenv("SMTP_PASSWORD_FILE", "/run/secrets/smtp")
    monkeypatch.setenv("CLE_ZZZZZZ", "1")
    there = {str(each.msg): str(each.hint) for each in check_settings()}
    assert there == {
        "There is no setting SMTP_HOTS.": "Did you mean SMTP_HOST?",
        "There is no setting CLE_ZZZZZZ.": "Take it away: it does nothing.",
    }


def test_trying_out_needs_no_settings(settings) -> None:
    settings.PRODUCTION = False
    nothing = type(settings.ENV)(_env_file=None).model_dump()
    bare = {name: type(settings.ENV).model_fields[name].default for name in nothing if name in GOOD}
    assert said(settings, **bare) == []


def test_they_are_asked_by_check_and_told_at_each_start(settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.ENV = settings.ENV.model_copy(update={"public_url": "cle.example.kz"})
    (error,) = run_checks(tags=[OURS])
    assert isinstance(error, Error)
    importlib.reload(importlib.import_module("cle.wsgi"))
    (told,) = [record for record in caplog.records if record.name == "cle.wsgi"][-1:]
    assert told.levelno == logging.ERROR
    assert "PUBLIC_URL is not the address of a site" in told.getMessage()
    assert "PUBLIC_URL=https://cle.example.org" in told.getMessage()
