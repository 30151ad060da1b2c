"""Variants: the document with other rules for some people or some time."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from .language.rulebook import Rulebook

Data = dict[str, Any]


@lru_cache(maxsize=512)
def varied(rulebook: Rulebook, codes: tuple[str, ...]) -> Rulebook:
    """The rulebook with the variants of these codes applied, in the order of the document."""
    if not codes:
        return rulebook
    data = rulebook.model_dump(mode="json", by_alias=True, exclude_unset=True)
    found = Rulebook.model_validate(patched(data, rulebook, codes))
    return found if rulebook.national is None else found.raised_over(varied(rulebook.national, codes))


def patched(data: Data, rulebook: Rulebook, codes: tuple[str, ...]) -> Data:
    for variant in rulebook.variants:
        if variant.code in codes:
            data = merged(data, variant.set)
    version = data["version"]
    return {**data, "version": f"{version} [{', '.join(codes)}]"}


def merged(data: Data, changes: Mapping[str, Any]) -> Data:
    """Parts are changed key by key, lists of things with codes by their code, all else is replaced."""
    result = dict(data)
    for key, change in changes.items():
        result[key] = _merged_part(result.get(key), change)
    return {key: value for key, value in result.items() if value is not None}


def _merged_part(old: Any, change: Any) -> Any:
    if isinstance(old, dict) and isinstance(change, Mapping):
        whole = {**old, **change}
        return {key: value for key, value in whole.items() if value is not None}
    if isinstance(change, list) and change and all(isinstance(each, Mapping) and "code" in each for each in change):
        return _merged_list(old if isinstance(old, list) else [], change)
    return change


def _merged_list(old: list[Any], changes: list[Any]) -> list[Any]:
    """Members found by their code are changed in place, new ones come last; one marked `remove` is taken out."""
    found = {each["code"]: each for each in old}
    for change in changes:
        if change.get("remove"):
            found.pop(change["code"], None)
        else:
            found[change["code"]] = _merged_part(found.get(change["code"], {}), change)
    return list(found.values())
