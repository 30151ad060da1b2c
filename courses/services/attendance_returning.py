"""Credit that an officer took away and that would come back: what a preview says before somebody confirms it.

A longer presence is posted in full, as every other: whether it outweighs what the officer had found is for whoever
confirms it to say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from advocates.acting import beyond_the_wall
from advocates.models import Advocate, ImportState, Outcome, User
from courses.attendance.model import Presence
from courses.attendance.presence import seconds_present
from courses.models import AttendanceFile, AttendanceLine, Entry, Session, SessionState
from courses.queries.attendance import Rows, Standing, standing_by_advocate
from courses.services.attendance_choices import chosen_lines
from courses.services.attendance_evidence import Evidence, evidence_of, presence_of, presences_by_rows
from courses.services.attendance_judging import judge, length_of, window_of
from courses.services.attendance_plan import outcome_of
from courses.services.ledger import credit_minutes

Pair = tuple[AttendanceLine, int]
"""An open line, and the key of somebody whose it may be."""


@dataclass(frozen=True, slots=True)
class Returning:
    """Minutes that an officer took away of somebody's credit of a session, why, and what would be posted anew."""

    advocate: Advocate
    taken: int
    by: User | None
    reason: str
    gives: int


def returning(file: AttendanceFile) -> list[Returning]:
    """To whom applying the report would give such credit anew, what was chosen in it included; of reports that are not
    applied yet. A constant number of statements, and none in a session's first report."""
    session = file.session
    if file.state != ImportState.PREVIEWED:
        return []
    chosen = [line for line in chosen_lines(file) if line.advocate_id]
    taken = taken_from(session) if chosen or file.changed or file.replaces_id else {}
    if not taken:
        return []
    # Of a report in the place of another the plan has everybody as new.
    written = [Outcome.CHANGED, *([Outcome.CREATED] if file.replaces_id else [])]
    standing, shares = standing_by_advocate(session), dict[int, int]()
    for line in file.lines.filter(outcome__in=written, advocate__in=list(taken)).order_by("-pk"):
        if line.advocate_id is not None:
            shares[line.advocate_id] = _share(line, standing[line.advocate_id])
    found = {pk: _returning(session, taken[pk], share) for pk, share in shares.items()}
    pairs = [(line, line.advocate_id) for line in chosen if line.advocate_id and line.advocate_id in taken]
    found = {pk: each for (_line, pk), each in returning_by(session, pairs).items()} | found
    return [found[pk] for pk in sorted(found)]


def candidates_of(lines: Iterable[AttendanceLine]) -> list[Pair]:
    """Whom open lines may mean."""
    waiting = [line for line in lines if line.outcome == Outcome.AMBIGUOUS and line.resolved_at is None]
    return [(line, one["advocate"]) for line in waiting for one in line.suggestions]


def returning_by(session: Session, pairs: Iterable[Pair]) -> dict[tuple[int, int], Returning]:
    """By the keys of the line and of the advocate, where giving the line to them would post it anew; one statement, and
    where there is such credit four more and one for each file."""
    pairs = list(pairs)
    taken = taken_from(session, {pk for _line, pk in pairs})
    if not taken:
        return {}
    work = _Work(session, standing_by_advocate(session), evidence_of(session))
    found = {}
    for line, pk in pairs:
        share = work.share_with(line, pk) if pk in taken else None
        if share is not None:
            found[line.pk, pk] = _returning(session, taken[pk], share)
    return found


@beyond_the_wall("the credit of advocates of other bars who came to a session")
def taken_from(session: Session, only: Collection[int] | None = None) -> Mapping[int, list[Entry]]:
    """Reversals by which an officer took credit of attendances away that stand, by the key of the advocate."""
    found: dict[int, list[Entry]] = {}
    if session.state != SessionState.CONFIRMED or (only is not None and not only):
        return found
    rows = Entry.objects.filter(reverses__attendance__session=session, reverses__attendance__voided_at=None)
    if only is not None:
        rows = rows.filter(advocate__in=only)
    for entry in rows.select_related("advocate", "posted_by").order_by("advocate_id", "pk"):
        found.setdefault(entry.advocate_id, []).append(entry)
    return found


def _share(line: AttendanceLine, standing: Standing) -> int:
    """The share of the credit once the line is applied; what it does not change is as it is."""
    as_it_is = standing.credit_percent if line.outcome == Outcome.CHANGED else 0
    return int(line.changes.get("credit_percent", [0, as_it_is])[1])


def _returning(session: Session, entries: list[Entry], share: int) -> Returning:
    last = entries[-1]
    gives = sum(credit_minutes(minutes, share) for minutes in session.course.minutes_by_category().values())
    taken = -sum(entry.minutes for entry in entries)
    return Returning(last.advocate, taken, last.posted_by, last.reason, gives)


class _Work:
    """What the records of a session say, read once for all lines."""

    def __init__(self, session: Session, standing: Mapping[int, Standing], evidence: Evidence) -> None:
        self.session, self.standing, self.evidence = session, standing, evidence
        self._said: dict[int, Mapping[Rows, Presence]] = {}

    def share_with(self, line: AttendanceLine, advocate: int) -> int | None:
        """The share of the credit with this line; None where it adds nothing to what is on record."""
        if line.file_id not in self._said:
            self._said[line.file_id] = presences_by_rows(line.file, self.session)
        presences = [*self.evidence.presences.get(advocate, []), presence_of(line, self._said[line.file_id])]
        standing = self.standing.get(advocate)
        seconds = max(seconds_present(presences, window_of(self.session)), standing.seconds if standing else 0)
        judgement = judge(seconds, length_of(self.session), self.session.course)
        return judgement.credit_percent if outcome_of(judgement, standing) == Outcome.CHANGED else None
