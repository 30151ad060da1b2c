"""Settings from the environment only, typed; every fault is reported at once and loudly.

``NAME_FILE`` holds the path of a file with the value of ``NAME`` (container secrets).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from cle.core.secret_files import write_secret_once

Words = Annotated[tuple[str, ...], NoDecode]

Table = Annotated[dict[str, Any], NoDecode]
"""A JSON object; nothing at all is an empty one."""

SHORTEST_KEY = 32


class Env(BaseSettings):
    """What an installation may set. Unset means: this machine, for trying it out."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    cle_env: Literal["development", "production"] = "development"
    cle_debug: bool = False
    cle_var: Path = Path("var")
    cle_language: Literal["kk", "ru", "en"] = "kk"
    """Of commands, of the log, and of pages for whoever asks for none."""
    cle_second_wall: bool = True
    cle_staff_second_factor: Literal["required", "optional"] | None = None
    secret_key: str = ""
    secret_key_fallbacks: Words = ()
    field_keys: Words = ()
    """Secrets under which columns are encrypted (``cle.core.sealing``): the first seals, all open."""

    allowed_hosts: Words = ("localhost", "127.0.0.1", "[::1]")
    csrf_trusted_origins: Words = ()
    public_url: str = "http://localhost:8000"
    database_url: str = ""
    database_password: str = ""
    database_connection_seconds: int = Field(600, ge=0)
    redis_url: str = ""
    broker_url: str = ""
    """Of the queue, where it is not Redis: amqp://… for RabbitMQ."""
    metrics_token: str = ""
    """What Prometheus bears; without it there are no metrics."""
    smtp_host: str = ""
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    mail_folder: Path | None = None
    mail_from: str = "cle@localhost"
    mail_per_hour: int = Field(0, ge=0)
    mail_per_day: int = Field(0, ge=0)
    mail_limits: Annotated[dict[str, tuple[int, int]], NoDecode] = {}
    """Letters an hour and a day by the sender's address, for those with limits of their own."""
    mail_api_url: str = ""
    mail_api_token: str = ""
    mail_api_body: Table = {}
    mail_api_id: str = "id"
    mail_api_lookup_url: str = ""
    mail_api_found: str = ""
    mail_webhook_secret: str = ""
    mail_webhook_signature: str = "X-Signature"
    mail_webhook_token: str = ""
    mail_webhook_fields: Table = {}
    mail_webhook_kinds: Table = {}
    mailbox_host: str = ""
    mailbox_port: int = 993
    mailbox_security: Literal["none", "starttls", "tls"] = "tls"
    mailbox_user: str = ""
    mailbox_password: str = ""
    mailbox_folder: str = "INBOX"
    mailbox_sent_folder: str = ""
    behind_proxy: bool = False
    smallest_count: int = Field(5, ge=1)
    timestamp_url: str = ""
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = "OpenID Connect"
    api_requests_a_minute: int = 600
    api_strangers_requests_a_minute: int = 60
    catalogue_seconds: int = Field(60, ge=0)

    @field_validator("allowed_hosts", "csrf_trusted_origins", "secret_key_fallbacks", "field_keys", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("mail_limits", "mail_api_body", "mail_webhook_fields", "mail_webhook_kinds", mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        return json.loads(value or "{}") if isinstance(value, str) else value

    @field_validator("field_keys")
    @classmethod
    def _long_enough(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(len(key) < SHORTEST_KEY for key in value):
            raise ValueError(f"each key needs {SHORTEST_KEY} characters at least")
        return value


def read_env() -> Env:
    """The settings of this process. Raises pydantic's ValidationError naming every wrong variable."""
    secrets: dict[str, Any] = {
        name: Path(os.environ[f"{name.upper()}_FILE"]).read_text(encoding="utf-8").strip()
        for name in Env.model_fields
        if os.environ.get(f"{name.upper()}_FILE")
    }
    env = Env(**secrets)
    if env.cle_env == "production" and not env.secret_key:
        raise RuntimeError("SECRET_KEY (or SECRET_KEY_FILE) must be set when CLE_ENV=production")
    if env.cle_env == "production" and not env.field_keys:
        raise RuntimeError("FIELD_KEYS (or FIELD_KEYS_FILE) must be set when CLE_ENV=production")
    return env


def origin_of(address: str) -> str:
    """Scheme, host and port of a web address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def kept_secret(folder: Path, name: str = "secret_key") -> str:
    """A random key made once for this machine and kept in ``folder``, for installations that set none."""
    path = folder / name
    folder.mkdir(parents=True, exist_ok=True)  # open to the account of the embedded database too
    if not path.exists():
        write_secret_once(path, os.urandom(32).hex().encode())
    return path.read_text(encoding="ascii")
