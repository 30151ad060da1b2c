"""The ladder of notices that a rulebook asks for: the one it writes down, or the one that its reminder days come to."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final

from .faults import RuleProblem
from .language.notices import NoticeStage
from .language.rulebook import Addition, Rulebook
from .language.words import Text

OVERDUE: Final = "overdue"
RESERVED: Final = ("session-cancelled", "place-gained", "account-opened")
"""Codes of notices that no rulebook speaks of."""
LONGEST_CODE: Final = 40
_REMINDER: Final = re.compile(r"reminder-(\d+)")


def ladder_of(rulebook: Rulebook) -> tuple[NoticeStage, ...]:
    """Every stage, the notice that the hours are overdue always among them: the days of grace rest on its having been
    said.
    """
    return _ladder(rulebook.notices, rulebook.reminder_days)


@lru_cache(maxsize=64)
def _ladder(notices: tuple[NoticeStage, ...], reminder_days: tuple[int, ...]) -> tuple[NoticeStage, ...]:
    stages = (*notices, *reminders(reminder_days))
    return stages if any(stage.code == OVERDUE for stage in stages) else (*stages, overdue_stage())


def reminders(days: Iterable[int]) -> tuple[NoticeStage, ...]:
    """The stages that "reminders so many days before the due date" come to."""
    return tuple(reminder(each) for each in sorted(days, reverse=True))


@lru_cache(maxsize=512)
def reminder(days: int) -> NoticeStage:
    code = f"reminder-{days}"
    return NoticeStage(code=code, name=_plain(code), day=-days)


@lru_cache(maxsize=1)
def overdue_stage() -> NoticeStage:
    """Said as soon as a case has been opened, and until it has been said."""
    return NoticeStage(code=OVERDUE, name=_plain(OVERDUE), case_event="open", audience="short", statutory=True)


def stage_of_code(code: str) -> NoticeStage | None:
    """What a code says by itself, in a ladder that nobody has written down."""
    if code == OVERDUE:
        return overdue_stage()
    found = _REMINDER.fullmatch(code)
    return reminder(int(found[1])) if found else None


def is_written(stage: NoticeStage) -> bool:
    """Whether a rulebook wrote the stage down; otherwise its code says all."""
    return stage != stage_of_code(stage.code)


def _plain(code: str) -> Text:
    return Text(kk=code, ru=code, en=code)


# --- a region adds ---------------------------------------------------------------------------------------------------


def ladder_with(national: Rulebook, addition: Addition) -> dict[str, tuple[object, ...]]:
    """`notices` and `reminder_days` of both together: all that the nation says, as early as either says it."""
    days = tuple(sorted({*national.reminder_days, *addition.reminder_days}, reverse=True))
    if not national.notices and not addition.notices:
        return {"notices": (), "reminder_days": days}
    own = {each.code: each for each in (*addition.notices, *reminders(addition.reminder_days))}
    ladder = ladder_of(national)
    earlier = tuple(_earlier(stage, own.pop(stage.code, stage)) for stage in ladder)
    return {"notices": (*earlier, *own.values()), "reminder_days": ()}


def _earlier(national: NoticeStage, regional: NoticeStage) -> NoticeStage:
    """Nothing but its day is the region's, and that only if it comes sooner."""
    if national.day is None or regional.day is None:
        return national
    return national.model_copy(update={"day": min(national.day, regional.day)})


def faults_of_regional_ladder(national: Rulebook, addition: Addition) -> Iterator[RuleProblem]:
    """Where a region would say otherwise, or later, what the nation says."""
    known = {stage.code: stage for stage in ladder_of(national)}
    for index, stage in enumerate(addition.notices):
        whole = known.get(stage.code)
        if whole is None or stage == whole:
            continue
        path = f"notices.{index}"
        if whole.day is None or stage.model_copy(update={"day": whole.day, "name": whole.name}) != whole:
            yield RuleProblem(path, f"the national stage '{stage.code}' can only be made earlier, not changed")
        elif stage.day is not None and stage.day > whole.day:
            yield RuleProblem(f"{path}.day", f"is later than the national stage '{stage.code}' on day {whole.day}")


# --- what is wrong with a ladder -------------------------------------------------------------------------------------


def faults_of_ladder(document: Rulebook | Addition) -> Iterator[RuleProblem]:
    """Contradictions among the stages of one document."""
    taken: set[str] = set()
    for index, stage in enumerate(document.notices):
        path = f"notices.{index}"
        if stage.code in taken:
            yield RuleProblem(f"{path}.code", f"the code '{stage.code}' is already taken")
        taken.add(stage.code)
        yield from _code_faults(stage, path)
        yield from _stage_faults(stage, path)
    if isinstance(document, Rulebook) and document.notices and document.reminder_days:
        yield RuleProblem("reminder_days", "does not go with 'notices': write the reminders as stages there")


def _code_faults(stage: NoticeStage, path: str) -> Iterator[RuleProblem]:
    if stage.code in RESERVED:
        yield RuleProblem(f"{path}.code", f"'{stage.code}' is the name of a notice about a session or an account")
    if len(stage.code) > LONGEST_CODE:
        yield RuleProblem(f"{path}.code", f"is longer than {LONGEST_CODE} letters")
    found = _REMINDER.fullmatch(stage.code)
    if found and stage.day != -int(found[1]):
        yield RuleProblem(f"{path}.day", f"must be -{found[1]}, as the code '{stage.code}' says")
    if stage.code == OVERDUE and (stage.case_event != "open" or not stage.statutory or stage.audience != "short"):
        why = "the notice 'overdue' goes to the short when a case is opened: case_event open, audience short, statutory"
        yield RuleProblem(path, why)


def _stage_faults(stage: NoticeStage, path: str) -> Iterator[RuleProblem]:
    if sum(when is not None for when in (stage.day, stage.petition_day, stage.case_event)) != 1:
        yield RuleProblem(path, "needs one of day, petition_day and case_event")
    if stage.statutory and stage.clause is None:
        yield RuleProblem(f"{path}.clause", "is required: a statutory notice names the rule that asks for it")
    if len(set(stage.channels)) != len(stage.channels):
        yield RuleProblem(f"{path}.channels", "names the same way twice")


def doubts_of_ladder(document: Rulebook | Addition, months: int | None) -> Iterator[RuleProblem]:
    """Stages that can be used and were hardly meant; `months`: how long a period lasts, where that is known."""
    for index, stage in enumerate(document.notices):
        path = f"notices.{index}"
        if months is not None and stage.day is not None and -stage.day > months * 31:
            yield RuleProblem(f"{path}.day", "falls before the period begins")
        if stage.day is not None and stage.day <= 0 and stage.audience == "short":
            yield RuleProblem(f"{path}.audience", "nobody is short before the due date is over")
        if stage.without_email and "paper" not in stage.channels:
            yield RuleProblem(f"{path}.channels", "nobody without an e-mail address can be reached this way")
    yield from _same_moment(document.notices)


def _same_moment(stages: Sequence[NoticeStage]) -> Iterator[RuleProblem]:
    """Of two courtesies for the same people on the same day only the later in the list would be sent."""
    seen: dict[tuple[object, ...], str] = {}
    for index, stage in enumerate(stages):
        moment = stage.day, stage.petition_day, stage.case_event, stage.audience, stage.without_email
        if not stage.statutory and moment in seen:
            yield RuleProblem(f"notices.{index}", f"falls on the same day and people as '{seen[moment]}'")
        seen.setdefault(moment, stage.code)
