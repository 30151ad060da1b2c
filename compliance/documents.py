"""Rulebooks, facts and suppositions as files: JSON, or YAML for whoever writes by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import yaml
from django.utils.translation import gettext_lazy as _

LONGEST: Final = 500_000
"""Letters of a document; the longest that comes with the product has fewer than 100,000."""


class DocumentError(ValueError):
    """The file cannot be read as one JSON or YAML object; the message names the file and the place in it."""


def refuse_unstorable(document: dict[str, Any]) -> None:
    """Raises DocumentError for what is too long, or holds what the database cannot: half a letter, no number."""
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    except ValueError as error:
        raise DocumentError(str(error)) from error
    if len(text) > LONGEST:
        raise DocumentError(str(_("Too long for a rulebook.")))
    # Neither half of a surrogate pair nor the letter 0 can be stored.
    if "\\u0000" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise DocumentError(str(_("Holds a character that cannot be stored.")))


def document_in(text: str) -> dict[str, Any]:
    """The object that somebody has pasted or uploaded: JSON if it begins as JSON does, else YAML without references.

    Raises DocumentError.
    """
    if len(text) > LONGEST:
        raise DocumentError(str(_("Too long for a rulebook.")))
    place = Path(str(_("The document")))
    try:
        found = _json(place, text) if text.lstrip().startswith("{") else _yaml(place, _plain(place, text))
    except RecursionError as error:
        raise DocumentError(str(_("Nested too deeply."))) from error
    if not isinstance(found, dict):
        raise DocumentError(str(_("Must be one object, in JSON or YAML.")))
    refuse_unstorable(found)
    return found


def _plain(path: Path, text: str) -> str:
    """A few lines of references can stand for gigabytes."""
    try:
        refers = any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader))
    except yaml.YAMLError as error:
        raise DocumentError(f"{path}: {error}") from error
    if refers:
        raise DocumentError(str(_("Write out what is meant: references (*name) are not taken here.")))
    return text


def read_document(path: Path) -> dict[str, Any]:
    """The object in a .json, .yaml or .yml file. A key that stands twice in one object is refused.

    Raises DocumentError.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"{path}: {error}") from error
    found = _yaml(path, text) if path.suffix in (".yaml", ".yml") else _json(path, text)
    if not isinstance(found, dict):
        raise DocumentError(f"{path}: must hold one object")
    return found


def _json(path: Path, text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise DocumentError(f"{path}, line {error.lineno}, column {error.colno}: {error.msg}") from error
    except DocumentError as error:
        raise DocumentError(f"{path}: {error}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise DocumentError(f"the key '{key}' stands twice in one object")
        found[key] = value
    return found


class _Loader(yaml.SafeLoader):
    """YAML without its surprises: "on" and "no" are words, days and times stay text, as they are in JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":int", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _tag, _pattern, _first in (("int", r"[-+]?(0|[1-9]\d*)$", "-+0123456789"), ("bool", r"(true|false)$", "tf")):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[str, Any]:
    pairs = [(loader.construct_object(key, deep=True), loader.construct_object(value, deep=True))
             for key, value in node.value]  # fmt: skip
    return _once([(str(key), value) for key, value in pairs])


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def _yaml(path: Path, text: str) -> Any:
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506  (a safe loader, narrowed)
    except (yaml.YAMLError, DocumentError) as error:
        raise DocumentError(f"{path}: {error}") from error
