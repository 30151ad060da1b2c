"""The invariants, after whatever has happened: those of the kills, of ``doctor``, and everything counted anew."""

from __future__ import annotations

from collections import Counter

from advocates.audit.sealing import seal_changes
from advocates.models import Bar
from cle.core.clock import now
from cle.doctor import Look, examine
from tests.faults import checks

_NOT_OF_A_SCENE = (
    "settings",
    "signing-keys",
    "field-keys",
    "files",
    "fingerprints",
    "background",
    "notices",
    "migrations",
)
"""Of the installation, which a scene has none of; and what is late by this machine's clock."""


def broken(received: Counter[str], national: Bar, *, told: str = "") -> checks.Faults:
    """By rule, what breaks it; a rule that holds is not named. ``told``: the stage for which everybody was to be told
    who should be."""
    found = {**checks.after_a_kill(received), **_doctor()}
    if told:
        row = checks.stages()[told]
        found[f"“{told}” for exactly those whom it was for"] = [
            f"{what}: {row[what]}" for what in ("lost", "unasked", "twice") if row[what]
        ]
        if not row["should"]:
            found[f"somebody is told “{told}”"] = ["nobody"]
    found["standings are what a recomputation from nothing finds"] = checks._recomputed(national)
    seal_changes(now=now())
    fault = checks._trail()
    found["the audit trail says what was sealed"] = [fault] if fault else []
    return {rule: wrong for rule, wrong in found.items() if wrong}


def _doctor() -> checks.Faults:
    outcomes = examine(Look(now(), None), skip=_NOT_OF_A_SCENE)
    return {
        f"doctor: {outcome.check.code}": [
            *(f"{each.count} × {each.fault}" for each in outcome.findings),
            outcome.broken,
        ]
        for outcome in outcomes
        if not outcome.is_well
    }
