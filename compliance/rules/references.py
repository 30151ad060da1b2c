"""Faults of sense in a rulebook: parts that are well formed one by one but do not fit together."""

from collections.abc import Iterable, Iterator, Sequence

from .enforcing import faults_of_enforcement
from .faults import RuleProblem
from .ladder import faults_of_ladder
from .language.conditions import Condition, Selector
from .language.credit import Cap
from .language.figures import Share
from .language.requirements import Requirement
from .language.rulebook import Addition, Rulebook
from .language.words import Part

TOTAL = "total"
# Parts whose conditions are asked before it is known for how long somebody is subject to the duty.
_BEFORE_FIGURES = ("period.", "acts.", "duties.", "variants.")


def faults_of_sense(rulebook: Rulebook | Addition, known: Rulebook | None = None) -> Iterator[RuleProblem]:
    """Every contradiction inside the document; `known` is the national rulebook that an addition may refer to."""
    yield from _unknown_clauses(rulebook, known)
    yield from _repeated(rulebook, known)
    yield from _categories(rulebook, known)
    yield from _requirements(rulebook, known)
    yield from faults_of_ladder(rulebook)
    if isinstance(rulebook, Rulebook):
        yield from _whole(rulebook)


# --- walking the document --------------------------------------------------------------------------------------------


def parts(node: object, path: str = "") -> Iterator[tuple[str, Part]]:
    """Every part of a document with the path that leads to it."""
    if isinstance(node, Part):
        yield path, node
        for name in type(node).model_fields:
            field = type(node).model_fields[name]
            yield from parts(getattr(node, name), f"{path}.{field.alias or name}" if path else (field.alias or name))
    elif isinstance(node, list | tuple):
        for index, each in enumerate(node):
            yield from parts(each, f"{path}.{index}")
    elif isinstance(node, dict):
        for key, each in node.items():
            yield from parts(each, f"{path}.{key}")


def clauses_named(document: Part) -> Iterator[tuple[str, str]]:
    """Every reference to a clause, with its path."""
    for path, part in parts(document):
        for name in type(part).model_fields:
            value = getattr(part, name)
            if (name == "clause" or name.endswith("_clause")) and isinstance(value, str):
                yield f"{path}.{name}" if path else name, value


def _unknown_clauses(document: Rulebook | Addition, known: Rulebook | None) -> Iterator[RuleProblem]:
    clauses = {*document.clauses, *(known.clauses if known else ())}
    for path, clause in clauses_named(document):
        if clause not in clauses:
            yield RuleProblem(path, f"names the clause '{clause}', which is not among the clauses")


# --- codes -----------------------------------------------------------------------------------------------------------


def _repeated(document: Rulebook | Addition, known: Rulebook | None) -> Iterator[RuleProblem]:
    lists = ["categories", "requirements", "caps", "acts"]
    lists += ["duties", "activities", "exemptions", "variants", "stages"] if isinstance(document, Rulebook) else []
    for name in lists:
        taken = {each.code for each in getattr(known, name)} if known else set()
        taken |= {TOTAL} if name == "requirements" else set()
        for index, each in enumerate(getattr(document, name)):
            if each.code == TOTAL and name == "requirements":
                yield RuleProblem(f"{name}.{index}.code", "'total' is the name of the whole, not of a requirement")
            elif each.code in taken:
                yield RuleProblem(f"{name}.{index}.code", f"the code '{each.code}' is already taken")
            taken.add(each.code)


def _categories(document: Rulebook | Addition, known: Rulebook | None) -> Iterator[RuleProblem]:
    listed = [*(known.categories if known else ()), *document.categories]
    parents = {category.code: category.within for category in listed}
    for index, category in enumerate(document.categories):
        if category.within is not None and category.within not in parents:
            yield RuleProblem(f"categories.{index}.within", f"there is no category '{category.within}'")
        elif category.code in _chain(category.within, parents):
            yield RuleProblem(f"categories.{index}.within", f"the category '{category.code}' lies within itself")
    for path, part in parts(document):
        if isinstance(part, Selector):
            for code in part.categories:
                if code not in parents:
                    yield RuleProblem(f"{path}.categories", f"there is no category '{code}'")


def _chain(start: str | None, parents: dict[str, str | None]) -> list[str]:
    found: list[str] = []
    while start is not None and start not in found:
        found.append(start)
        start = parents.get(start)
    return found


def _requirements(document: Rulebook | Addition, known: Rulebook | None) -> Iterator[RuleProblem]:
    every = [*(known.requirements if known else ()), *document.requirements]
    parents: dict[str, str | None] = {TOTAL: None, **{each.code: each.within for each in every}}
    subjects = {each.code for each in (*(known.categories if known else ()), *document.categories)}
    for index, rule in enumerate(document.requirements):
        path = f"requirements.{index}"
        if rule.within not in parents:
            yield RuleProblem(f"{path}.within", f"there is no requirement '{rule.within}'")
        elif rule.code in _chain(rule.within, parents):
            yield RuleProblem(f"{path}.within", f"the requirement '{rule.code}' lies within itself")
        yield from _spread(rule, path, subjects)
        if rule.code in _shared_from(rule.code, every):
            yield RuleProblem(f"{path}.amount", "is a share of itself, through others")
        if rule.also and (rule.alongside or rule.in_each or rule.per_title):
            yield RuleProblem(f"{path}.also", "does not go with alongside, in_each or per_title")
    yield from _misplaced(document, parents)


def _shared_from(code: str, rules: Sequence[Requirement]) -> set[str]:
    """The requirements of which the figure is a share, step by step."""
    of = {rule.code: _shares_in(rule.amount) for rule in rules}
    found: set[str] = set()
    waiting = [*of.get(code, ())]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.add(each)
            waiting += of.get(each, ())
    return found


def _shares_in(figure: object) -> list[str]:
    cases = [case.is_ for case in figure] if isinstance(figure, tuple) else [figure]
    return [case.of for case in cases if isinstance(case, Share)]


def _spread(rule: Requirement, path: str, subjects: set[str]) -> Iterator[RuleProblem]:
    if rule.spread is None:
        return
    yield from _unknown(rule.spread.of, subjects, f"{path}.spread.of", "category")
    if rule.spread.at_least > len(rule.spread.of):
        yield RuleProblem(f"{path}.spread.at_least", f"is more than the {len(rule.spread.of)} categories named")
    if rule.alongside or rule.in_each or rule.per_title:
        yield RuleProblem(f"{path}.spread", "does not go with alongside, in_each or per_title")


def _misplaced(document: Rulebook | Addition, parents: dict[str, str | None]) -> Iterator[RuleProblem]:
    for path, part in parts(document):
        if isinstance(part, Share) and part.of not in parents:
            yield RuleProblem(f"{path}.of", f"there is no requirement '{part.of}'")
        if isinstance(part, Condition) and path.startswith(_BEFORE_FIGURES):
            for name in ("months_subject", "days_subject"):
                if getattr(part, name) is not None:
                    yield RuleProblem(path, f"{name} is not known here, only in figures, requirements and exemptions")


# --- the whole document ----------------------------------------------------------------------------------------------


def _whole(rulebook: Rulebook) -> Iterator[RuleProblem]:
    yield from _joining(rulebook)
    yield from _proration(rulebook)
    yield from _rounding(rulebook)
    yield from faults_of_enforcement(rulebook)
    for index, exemption in enumerate(rulebook.exemptions):
        codes = {TOTAL, *(each.code for each in rulebook.requirements)}
        yield from _unknown(exemption.relieves, codes, f"exemptions.{index}.relieves", "requirement")
    for index, requirement in enumerate(rulebook.requirements):
        if requirement.window and requirement.window.rule == "blocks" and requirement.window.first_start is None:
            yield RuleProblem(
                f"requirements.{index}.window.first_start", "is required for a window of the rule 'blocks'"
            )
    for index, cap in enumerate(rulebook.caps):
        if cap.window is not None:
            yield from _cap_window(cap, f"caps.{index}")
    if isinstance(rulebook.total.amount, Share):
        yield RuleProblem("total.amount", "the total cannot be a share of something")


def _cap_window(cap: Cap, path: str) -> Iterator[RuleProblem]:
    if cap.per != "period":
        yield RuleProblem(f"{path}.window", "does not go with per")
    if cap.window and cap.window.rule == "ahead":
        yield RuleProblem(f"{path}.window.rule", "of a cap is 'rolling' or 'blocks'")
    if cap.window and cap.window.rule == "blocks" and cap.window.first_start is None:
        yield RuleProblem(f"{path}.window.first_start", "is required for a window of the rule 'blocks'")


def _unknown(codes: Iterable[str], known: Iterable[str], path: str, what: str) -> Iterator[RuleProblem]:
    for code in codes:
        if code not in known:
            yield RuleProblem(path, f"there is no {what} '{code}'")


def _joining(rulebook: Rulebook) -> Iterator[RuleProblem]:
    joining = rulebook.joining
    if joining.rule == "own" and joining.months is None and joining.ends_on is None:
        yield RuleProblem("joining.months", "is required (or ends_on) for a first period of its own")
    if joining.rule != "own" and (joining.months is not None or joining.ends_on is not None):
        yield RuleProblem("joining.months", "months and ends_on belong to the rule 'own' only")
    if joining.rule != "later" and joining.due_months_after is not None:
        yield RuleProblem("joining.due_months_after", "belongs to the rule 'later' only")
    dated = joining.rule == "own" and joining.ends_on is not None and joining.months is None
    if joining.rule != "later" and joining.years_after is not None and not (dated and joining.years_after):
        yield RuleProblem("joining.years_after", "belongs to 'later', or (1 or more) to 'own' with ends_on alone")
    if joining.rule == "prorated" and rulebook.proration.by == "none":
        yield RuleProblem("joining.rule", "cannot be 'prorated' when proration is by 'none'")


def _proration(rulebook: Rulebook) -> Iterator[RuleProblem]:
    rule = rulebook.proration
    for index, row in enumerate(rule.table):
        known = {TOTAL, *(each.code for each in rulebook.requirements), *(each.code for each in rulebook.caps)}
        yield from _unknown(row.amounts, known, f"proration.table.{index}.amounts", "requirement or cap")


def _rounding(rulebook: Rulebook) -> Iterator[RuleProblem]:
    for path, part in parts(rulebook):
        if "to_minutes" in type(part).model_fields:
            given = [getattr(part, name) for name in ("to", "to_minutes") if getattr(part, name) is not None]
            if len(given) != 1 or given[0] == 0:
                yield RuleProblem(path, "names one step above nothing, in credits (to) or in minutes (to_minutes)")
