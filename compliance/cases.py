"""Which steps a case may take by a person's hand, and what each of them needs: by the rulebook, or as it always was.

What the system does by itself is not here: opening a case, noting that the notice went out, noting that the
hours were made up. All three favour or inform the advocate; everything else is a decision of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from compliance.models import CaseState
from compliance.rules import Rulebook
from compliance.rules.language.enforcement import CaseStepRule

S: Final = CaseState
LIVE: Final = (
    S.OPEN, S.NOTIFIED, S.OBJECTED, S.PETITION_DRAFTED, S.DECIDED, S.SUSPENDED, S.REFUSED, S.MEMBERSHIP_DRAFTED,
)  # fmt: skip
"""States in which the shortage is still an open question: after a decision too, until the hours are made up."""

RESTING: Final = (S.DECIDED, S.SUSPENDED)
"""Live states in which the advocate is to act first, not the bar."""

_BOTH: Final = {"needs_reason": True, "needs_document": True}


def _step(code: str, to_state: CaseState, froms: Iterable[CaseState], name: Any, what: Any, **more: Any) -> Any:
    return CaseStepRule.model_validate(
        {"code": code, "name": name, "what": what, "from_states": tuple(froms), "to_state": to_state, **more}
    )


DEFAULT: Final[tuple[CaseStepRule, ...]] = (
    _step(
        "told", S.NOTIFIED, (S.OPEN,),
        {"kk": "Адвокатқа хабарланды", "ru": "Адвокат уведомлён", "en": "The advocate was told"},
        {"kk": "Хабарлама қолына берілді: іс жалғасады.", "ru": "Уведомление вручено: дело идёт дальше.",
         "en": "The notice was handed over: the case goes on."},
    ),
    _step(
        # An objection is accepted at any time after the notice, also against a draft.
        "objected", S.OBJECTED, (S.NOTIFIED, S.PETITION_DRAFTED),
        {"kk": "Адвокат қарсылық білдірді", "ru": "Адвокат возражает", "en": "The advocate objects"},
        {"kk": "Қарсылыққа жауап берілгенше іс күтеді.", "ru": "Дело ждёт, пока на возражение не ответят.",
         "en": "The case waits until the objection is answered."},
        needs_reason=True,
    ),
    _step(
        "answered", S.NOTIFIED, (S.OBJECTED,),
        {"kk": "Қарсылыққа жауап берілді", "ru": "На возражение дан ответ", "en": "The objection was answered"},
        {"kk": "Жауап берілді: іс жалғасады.", "ru": "Ответ дан: дело идёт дальше.",
         "en": "An answer was given: the case goes on."},
        needs_reason=True,
    ),
    _step(
        # Never straight from an objection: it is answered first.
        "petition", S.PETITION_DRAFTED, (S.NOTIFIED,),
        {"kk": "Өтінішхат жобасын дайындау", "ru": "Подготовить проект ходатайства", "en": "Draft a petition"},
        {"kk": "Төралқа үшін дәлелдемелері бар жоба құрастырылады. Бағдарлама оны ешкімге жібермейді.",
         "ru": "Для президиума составляется проект с доказательствами. Программа никому его не отправляет.",
         "en": "A draft with its evidence is put together for the presidium. It is sent to nobody by this program."},
        while_short=True, unless_excused=True, earliest={"since": "grace", "days": 1},
    ),
    _step(
        # What the presidium or the licensor decided, by the paper that says so. It changes no status here.
        "decided", S.DECIDED, (S.PETITION_DRAFTED,),
        {"kk": "Шешімді жазу", "ru": "Записать решение", "en": "Record the decision"},
        {"kk": "Өтінішхат бойынша не шешілді, оны растайтын құжат және оның күні. Мәртебе өзгермейді.",
         "ru": "Что решено по ходатайству, с документом и его датой. Статус от этого не меняется.",
         "en": "What was decided on the petition, with the paper that says so and its day. It changes no status."},
        **_BOTH,
    ),
    _step(
        "excused", S.EXCUSED, LIVE,
        {"kk": "Дәлелді себеп бар", "ru": "Есть уважительная причина", "en": "There is a valid reason"},
        {"kk": "Жетіспеушілік дәлелді деп танылады, өтінішхат болмайды. Себебі мен растайтын құжатты жазыңыз.",
         "ru": "Недостача признаётся извинительной, ходатайства не будет. Назовите причину и документ.",
         "en": "The shortage is excused, and no petition follows. Name the reason and the document that proves it."},
        **_BOTH,
    ),
    _step(
        "closed", S.CLOSED, [state for state in S if state != S.CLOSED],
        {"kk": "Істі жабу", "ru": "Закрыть дело", "en": "Close the case"},
        {"kk": "Біржола: бұдан әрі ештеңе істелмейді.", "ru": "Окончательно: больше ничего делать не нужно.",
         "en": "For good: because nothing more is to be done."},
        needs_reason=True,
    ),
)  # fmt: skip
"""The ladder of rulebooks that have none of their own."""


def ladder(rulebook: Rulebook | None) -> tuple[CaseStepRule, ...]:
    """The steps by the rules of a case's period."""
    return DEFAULT if rulebook is None or rulebook.enforcement is None else rulebook.enforcement.steps


def by_hand(rules: tuple[CaseStepRule, ...]) -> Mapping[tuple[CaseState, CaseState], CaseStepRule]:
    """(from, to) → the step. A pair that is not here is not possible."""
    return MappingProxyType(
        {(CaseState(state), CaseState(rule.to_state)): rule for rule in rules for state in rule.from_states}
    )
