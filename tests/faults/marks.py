"""What each process of a Celery worker is at, in a file by its number: loaded into workers that are to be killed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from celery.signals import task_postrun, task_prerun

FOLDER: Final = "CLE_FAULTS_MARKS"
"""The variable of the environment that says where the files are."""


def _mine() -> Path:
    return Path(os.environ[FOLDER]) / str(os.getpid())


def begun(task: Any = None, **_more: Any) -> None:
    _mine().write_text(task.name.rpartition(".")[2])


def ended(**_more: Any) -> None:
    _mine().unlink(missing_ok=True)


if FOLDER in os.environ:  # in such a worker, and nowhere else
    task_prerun.connect(begun, weak=False)
    task_postrun.connect(ended, weak=False)


def under_way(folder: Path) -> dict[int, str]:
    """By process, the task; of dead ones too."""
    found = {}
    for path in folder.iterdir():
        try:
            found[int(path.name)] = path.read_text()
        except OSError:
            continue  # it has just ended
    return {pid: name for pid, name in found.items() if name}
