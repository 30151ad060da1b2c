"""What in the description of the API would break a client: ``python -m tests.api.changes [OLD.json]``.

Without a file, the description of the last release is compared (the newest tag ``v…``), or that of the commit before.
Ends with status 1 when a release is broken and ``info.version`` has not been raised.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PUBLISHED = Path("compliance/docs/openapi.json")
Document = dict[str, Any]


def breaking(old: Document, new: Document) -> list[str]:
    """Each thing that a client of ``old`` may rely on and ``new`` no longer keeps, as "METHOD /path: what"."""
    return list(_broken(old, new))


def _broken(old: Document, new: Document) -> Iterator[str]:
    for path, operations in old["paths"].items():
        for method, before in operations.items():
            after = new["paths"].get(path, {}).get(method)
            name = f"{method.upper()} {path}"
            if after is None:
                yield f"{name}: is gone"
                continue
            yield from (f"{name}: {what}" for what in _parameters(before, after))
            yield from (f"{name}: {what}" for what in _answers(old, before, new, after))
            yield from (f"{name}: {what}" for what in _bodies(old, before, new, after))


def _parameters(before: Document, after: Document) -> Iterator[str]:
    was, now = ({(each["in"], each["name"]): each for each in one.get("parameters", [])} for one in (before, after))
    yield from (f"the parameter {name} is gone" for place, name in was if (place, name) not in now)
    for key, parameter in now.items():
        if parameter.get("required") and not was.get(key, {}).get("required"):
            yield f"the parameter {key[1]} is needed"


def _answers(old: Document, before: Document, new: Document, after: Document) -> Iterator[str]:
    for status, response in before["responses"].items():
        if not status.startswith("2"):
            continue
        if status not in after["responses"]:
            yield f"never answers {status} any more"
            continue
        for kind, content in response.get("content", {}).items():
            now = after["responses"][status].get("content", {}).get(kind)
            if now is None:
                yield f"{status} is no longer {kind}"
            else:
                yield from _lost(_whole(old, content.get("schema")), _whole(new, now.get("schema")), status)


def _bodies(old: Document, before: Document, new: Document, after: Document) -> Iterator[str]:
    was, now = (one.get("requestBody", {}).get("content", {}) for one in (before, after))
    for kind, content in was.items():
        if kind not in now:
            yield f"no longer takes {kind}"
            continue
        first, second = _whole(old, content.get("schema")), _whole(new, now[kind].get("schema"))
        fields = set(second.get("properties", {}))
        yield from (f"no longer takes the field {name}" for name in first.get("properties", {}) if name not in fields)
        needed = set(second.get("required", [])) - set(first.get("required", []))
        yield from (f"the field {name} is needed" for name in sorted(needed))


def _lost(was: Document, now: Document, where: str) -> Iterator[str]:
    """Members of an answer that are gone, of another type, or no longer always there; lists and objects inside too."""
    if was.get("type") != now.get("type") and {"type"} & set(was) & set(now):
        yield f"{where} is {now['type']}, was {was['type']}"
        return
    if "items" in was and "items" in now:
        yield from _lost(was["items"], now["items"], f"{where}[]")
    for name, member in was.get("properties", {}).items():
        other = now.get("properties", {}).get(name)
        if other is None:
            yield f"{where}.{name} is gone"
            continue
        if name in was.get("required", []) and name not in now.get("required", []):
            yield f"{where}.{name} may be missing"
        yield from _lost(member, other, f"{where}.{name}")


def _whole(document: Document, schema: Any, seen: tuple[str, ...] = ()) -> Any:
    """A schema with what it refers to in its place; a reference to itself ends there."""
    if isinstance(schema, list):
        return [_whole(document, one, seen) for one in schema]
    if not isinstance(schema, dict):
        return {} if schema is None else schema
    reference = schema.get("$ref", "")
    if reference:
        if reference in seen:
            return {}
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        return _whole(document, found, (*seen, reference))
    return {key: _whole(document, value, seen) if key != "enum" else value for key, value in schema.items()}


def _git(*words: str) -> str:
    return subprocess.run(["git", *words], capture_output=True, text=True, check=False).stdout.strip()


def _earlier() -> tuple[str, Document | None]:
    release = _git("describe", "--tags", "--abbrev=0", "--match", "v*")
    since = release or _git("log", "--format=%h", "-1", "--skip=1", "--", str(PUBLISHED))
    text = _git("show", f"{since}:{PUBLISHED}") if since else ""
    return release or since, json.loads(text) if text else None


def main() -> int:
    name, old = (sys.argv[1], json.loads(Path(sys.argv[1]).read_text())) if len(sys.argv) > 1 else _earlier()
    new = json.loads(PUBLISHED.read_text(encoding="utf-8"))
    if old is None:
        print("There is no earlier description to compare with.")
        return 0
    broken = breaking(old, new)
    print(f"{len(broken)} breaking changes of the API since {name}", *broken, sep="\n  ")
    return int(bool(broken) and name.startswith("v") and old["info"]["version"] == new["info"]["version"])


if __name__ == "__main__":
    raise SystemExit(main())
