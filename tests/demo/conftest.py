"""One small year, written once for all the tests that only look at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest

from cle.demo.plan import InputPlan, write_inputs


@dataclass(frozen=True, slots=True)
class Written:
    """The plan and where its files lie."""

    plan: InputPlan
    folder: Path

    def rolls(self) -> Iterator[Path]:
        return (self.folder / "rolls" / roll.file_name for roll in self.plan.bars)

    def reports(self) -> Iterator[Path]:
        return (self.folder / "attendance" / session.file_name for session in self.plan.sessions)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """A tenth of the country."""
    folder = tmp_path_factory.mktemp("year")
    return Written(write_inputs(folder, scale=Fraction(1, 10)), folder)
