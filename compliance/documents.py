"""Rulebooks, facts and suppositions as files: JSON, or YAML for whoever writes by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import yaml


class DocumentError(ValueError):
    """The file cannot be read as one JSON or YAML object; the message names the file and the place in it."""


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
