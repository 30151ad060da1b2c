"""What an installation is set up from: read as the programs that use it would, and compared with the code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from cle.core.env import Env
from compliance.models import SweepRun
from tests.core.test_probes import BEARER, HOUR, watched
from tests.factories import make_bar
from tests.house.rows import NOW

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "cle/deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
__all__ = ["watched"]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    services: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    return services


def _expressions() -> Iterator[str]:
    for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"]:
        for rule in group["rules"]:
            assert {"summary", "action"} <= set(rule["annotations"]), rule["alert"]
            yield rule["expr"]
    for panel in json.loads((DEPLOY / "dashboard.json").read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])


@pytest.mark.django_db
@pytest.mark.usefixtures("watched")
def test_alerts_and_dashboard_read_what_is_there(client: Client) -> None:
    SweepRun.objects.create(bar=make_bar(), as_of=NOW.date(), started_at=NOW - HOUR, finished_at=NOW)
    client.get("/livez")
    page = client.get("/metrics", headers=BEARER).content.decode()
    told = {sample.name for family in text_string_to_metric_families(page) for sample in family.samples}
    read = {name for expression in _expressions() for name in re.findall(r"\bcle_\w+", expression)}
    assert len(read) > 15
    assert read - told == set()


def test_nothing_on_the_dashboard_comes_from_elsewhere() -> None:
    assert "http" not in (DEPLOY / "dashboard.json").read_text()


def test_each_service_is_watched_and_its_log_kept_short(services: dict[str, Any]) -> None:
    assert [name for name, service in services.items() if "max-size" not in service["logging"]["options"]] == []
    unwatched = {name for name, service in services.items() if "healthcheck" not in service}
    assert unwatched == {"migrate", "caddy"}
    assert [name for name, service in services.items() if "ports" in service] == ["caddy"]


def test_compose_sets_what_the_settings_know(services: dict[str, Any]) -> None:
    known = {name.upper() for name in Env.model_fields}
    read_elsewhere = {"WEB_BIND", "WEB_PROCESSES", "WEB_THREADS"}  # by the web server's own settings
    given = {name.removesuffix("_FILE") for name in services["web"]["environment"]}
    assert given - known == read_elsewhere
    of_the_image = {"CLE_VAR", "CLE_DEBUG", "MAIL_FOLDER"}
    assert known - given == of_the_image  # else what is written into ".env" never arrives
    secrets = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["secrets"]
    assert set(services["web"]["secrets"]) == set(secrets)


def _unit(path: Path) -> ConfigParser:
    unit = ConfigParser(strict=False, interpolation=None, delimiters=["="])
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(path)
    return unit


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_units_are_closed_and_start_what_is_there(path: Path) -> None:
    service = _unit(path)["Service"]
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "RestrictNamespaces"):
        assert service[name] == "yes"
    assert (service["ProtectSystem"], service["User"]) == ("strict", "cle")
    assert service["EnvironmentFile"] == "/etc/cle/environment"
    command = service["ExecStart"]
    assert all((ROOT / word).exists() for word in command.split() if word.startswith("cle/"))
    program = command.split()[0]
    if program.startswith("/opt/cle/venv/"):
        assert (Path(sys.executable).parent / Path(program).name).exists()


def _back_up(folder: Path, program: str) -> int:
    environment = {**os.environ, "BACKUP_FOLDER": str(folder), "BACKUP_DAYS": "3", "PYTHON": program}
    return subprocess.run(["sh", DEPLOY / "backup.sh", "once"], env=environment, capture_output=True).returncode


def test_old_backups_go_once_a_new_one_is_made(tmp_path: Path) -> None:
    """Which program makes it does not matter here: one that works, or one that does not."""
    old, young = tmp_path / "cle-20260101T223000Z.backup", tmp_path / "cle-20260109T223000Z.backup"
    for path, days in ((old, 9), (young, 1)):
        path.touch()
        os.utime(path, (time.time() - days * 86_400,) * 2)
    assert _back_up(tmp_path, "false") != 0
    assert old.exists()
    assert _back_up(tmp_path, "true") == 0
    assert (old.exists(), young.exists()) == (False, True)


@pytest.mark.parametrize("url", ["", "amqp://cle:word@rabbit:5672/cle"])
def test_the_queue_is_wherever_the_settings_say(url: str, tmp_path: Path) -> None:
    shown = (
        "from cle.celery import app; c = app.conf; print(c.broker_url, c.task_always_eager, c.broker_transport_options)"
    )
    environment = {**os.environ, "BROKER_URL": url, "REDIS_URL": "redis://r:6379/0", "CLE_VAR": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", shown], env=environment, capture_output=True, text=True, check=True)
    broker, eager, options = said.stdout.strip().split(" ", 2)
    assert (broker, eager) == (url or "redis://r:6379/0", "False")
    assert ("visibility_timeout" in options) == (not url)
