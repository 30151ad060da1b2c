"""What is to be done rather than earned: plans, reflections, declarations, fees."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from .calendar import DAY, next_year_day
from .facts import Done, Facts
from .language.requirements import Act
from .period import Frame
from .person import holds
from .requirement import view_of


@dataclass(frozen=True, slots=True)
class ActLine:
    """An act of one period: when it is due and when it was done. `needed`: without it the period is not complied."""

    code: str
    due_on: date
    done_on: date | None
    needed: bool
    clause: str

    @property
    def late(self) -> bool:
        return self.done_on is not None and self.done_on > self.due_on


def act_lines(frames: Sequence[Frame], facts: Facts) -> list[tuple[ActLine, ...]]:
    """By period, the acts that its rules ask for; each thing done serves one period, as `Done` says."""
    lines = [[_line(frame, act) for act in frame.rulebook.acts if holds(act.when, view_of(frame, facts))]
             for frame in frames]  # fmt: skip
    for done in sorted(facts.acts, key=lambda each: (each.day, each.act)):
        if (place := _serves(frames, lines, done)) is not None:
            lines[place] = [replace(each, done_on=done.day) if each.code == done.act else each for each in lines[place]]
    return [tuple(each) for each in lines]


def _line(frame: Frame, act: Act) -> ActLine:
    end = frame.period.end
    due = next_year_day(end, act.on) if act.on else end + act.days_after * DAY
    return ActLine(act.code, due, None, act.needed_to_comply, act.clause)


def _serves(frames: Sequence[Frame], lines: Sequence[Sequence[ActLine]], done: Done) -> int | None:
    """The place of the period that the act is for; None: of no period that asks for it and misses it still."""
    misses = {
        place: line for place, each in enumerate(lines) for line in each if line.code == done.act and not line.done_on
    }
    if done.period is not None:
        return next((place for place in misses if _holds(frames[place], done.period)), None)
    if done.day < frames[0].period.start:
        return None
    own = next((place for place, frame in enumerate(frames) if done.day <= frame.period.end), len(frames))
    in_time = [place for place, line in misses.items() if place < own and done.day <= line.due_on]
    return next(iter([*in_time, *_nearest(frames, misses, own, done.day)]), None)


def _nearest(frames: Sequence[Frame], misses: Mapping[int, ActLine], own: int, day: date) -> list[int]:
    """The period of the day and the one before it, as far as they miss the act, the one whose end is nearer first."""
    found = [own] if own in misses else []
    if own - 1 in misses and misses[own - 1].due_on > frames[own - 1].period.end:
        end = frames[own - 1].period.end
        nearer = own == len(frames) or day - end < frames[own].period.end - day
        found = [own - 1, *found] if nearer else [*found, own - 1]
    return found


def _holds(frame: Frame, day: date) -> bool:
    return frame.period.start <= day <= frame.period.end
