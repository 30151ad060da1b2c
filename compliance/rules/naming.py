"""Names of the lines of an assessment."""

from .language.rulebook import Rulebook
from .language.words import Text


def name_of(rulebook: Rulebook, code: str) -> tuple[Text | None, str]:
    """The name of a line, and what follows it: the number of a stretch, or a subject or title.

    "each-year.2" is the second stretch of the requirement "each-year", "tax.skills" its subject "skills". None: the
    rulebook has no name for it (the total, mostly).
    """
    if code == "total":
        return rulebook.total.name, ""
    named = {each.code: each.name for each in rulebook.requirements}
    if code in named:
        return named[code], ""
    outer = max((each for each in named if code.startswith(f"{each}.")), key=len, default="")
    return (named[outer], code[len(outer) + 1 :]) if outer else (None, code)


def category_name(rulebook: Rulebook, code: str) -> Text | None:
    return next((each.name for each in rulebook.categories if each.code == code), None)
