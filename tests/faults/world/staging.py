"""Sets a scene: servers first, then the settings that name them, then the play, then the invariants."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.faults.world import network as network_here
from tests.faults.world import small_disk as small_disk_here
from tests.faults.world.network import Network, network
from tests.faults.world.plays import PLAYS, Play
from tests.faults.world.scene import Scene, Skipped, cluster_of, make_template, office_there
from tests.faults.world.servers import Postgres, Redis, new_cluster
from tests.faults.world.small_disk import size_of, small_disk

TEMPLATE: Final = "cluster"


def _settled(postgres: Postgres, redis_url: str, folder: Path) -> None:
    import django

    os.environ |= {"DATABASE_URL": postgres.url, "REDIS_URL": redis_url, "CLE_VAR": str(folder / "var"),
                   "API_REQUESTS_A_MINUTE": "1000000"}  # fmt: skip
    django.setup()


def template(folder: Path, advocates: int) -> None:
    new_cluster(folder / TEMPLATE)
    postgres = Postgres(folder / TEMPLATE, folder / "template.log")
    postgres.start()
    try:
        _settled(postgres, "", folder)
        make_template(folder, advocates)
    finally:
        _hung_up()
        postgres.stop()


def play(
    name: str, folder: Path, advocates: int, options: dict[str, str], say: Callable[[str], None]
) -> dict[str, Any]:
    """What was done, and by rule what did not hold."""
    module, _, verb = PLAYS[name].where.rpartition(".")
    if reason := _unable(PLAYS[name]):
        return {"name": name, "held": True, "skipped": reason, "done": [], "wrong": {}}
    with ExitStack() as around:
        own = Path(around.enter_context(TemporaryDirectory(prefix=f"{name}-", dir=folder)))
        own.chmod(0o755)
        net = around.enter_context(network()) if PLAYS[name].apart else None
        small = PLAYS[name].small
        if small:
            room = size_of(folder / TEMPLATE) + 40 if small == "data" else 6
            around.enter_context(small_disk(own / small, room))
        data = cluster_of(folder / TEMPLATE, own / "data" if small == "data" else own)
        scene = _scene(own, data, advocates, options, say, net)
        scene.disk = own / small
        skipped, wrong = "", {}
        try:
            getattr(import_module(module), verb)(scene)
            wrong = _invariants(scene)
        except Skipped as reason:
            skipped = str(reason)
        except Exception as error:  # noqa: BLE001  (told with what was done until then)
            logs = [line for worker in scene.workers for line in worker.said.splitlines()[-8:]]
            wrong = {"it came to its end": [f"{type(error).__name__}: {error}"[-2000:], *logs]}
        finally:
            _ended(scene)
    return {
        "name": name, "held": not wrong, "skipped": skipped, "done": scene.done, "wrong": wrong,
    }  # fmt: skip


def _unable(play: Play) -> str:
    """Why it cannot be played here."""
    return (network_here.unable() if play.apart else "") or (small_disk_here.unable() if play.small else "")


def _servers(own: Path, data: Path, net: Network | None) -> tuple[Postgres, Redis]:
    postgres, redis = Postgres(data, own / "postgres.log"), Redis(own / "redis.log")
    if net is not None:
        postgres.settings["listen_addresses"] = "*"
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all 10.203.0.0/16 trust\n")
        for server in (postgres, redis):
            server.host, server.inside = net.seen_by_us, net.in_database
    return postgres, redis


def _scene(
    own: Path, data: Path, advocates: int, options: dict[str, str], say: Callable[[str], None], net: Network | None
) -> Scene:
    postgres, redis = _servers(own, data, net)
    scene = Scene(own, advocates, say, postgres, redis, options, network=net)
    postgres.start()
    redis.start()
    _settled(scene.postgres, scene.redis.url, own)
    from tests.faults.year import Postman

    scene.mail = Postman()
    controller = scene.mail.controller()
    controller.start()
    scene.closing.append(controller.stop)
    scene.office = office_there()
    return scene


def _invariants(scene: Scene) -> dict[str, list[str]]:
    from tests.faults.world.facts import broken

    for worker in scene.workers:
        worker.stop()
    told = broken(scene.mail.received, scene.office.national, told=scene.told)
    return {**({"as it should": scene.wrong} if scene.wrong else {}), **told}


def _ended(scene: Scene) -> None:
    scene.close()
    _hung_up()
    scene.redis.kill()
    scene.postgres.stop()


def _hung_up() -> None:
    from django.db import connections

    connections.close_all()
