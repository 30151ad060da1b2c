"""The documentation is executed: every block of it is read by the engine, and every key of the language is explained.

A fenced block says in its first line what it is:

- `yaml complete`: a whole rulebook, with `addition` what a region adds to it, with `facts` a facts document;
- `yaml step`: laid over the complete rulebook and the steps before it; all of them together are "my-bar.yaml";
- `yaml fragment`: laid over my-bar.yaml;
- `yaml each KIND`: a list of values, each of which is laid over my-bar.yaml in the place of its kind.

Laying over is what the `set` of a variant does.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest

from compliance.documents import read_document
from compliance.rules import (
    Addition,
    Rulebook,
    facts_schema,
    faults_of_addition,
    json_schema,
    parse_document,
    read_facts,
)
from compliance.rules.doubts import doubts
from compliance.rules.explain import Reason
from compliance.rules.report import report
from compliance.rules.speech.phrases import EN
from compliance.rules.suppose import read_supposition
from compliance.rules.variants import merged
from compliance.rules.worked import mismatches

DOCS = Path(__file__).parents[3] / "compliance" / "docs"
LANGUAGE = DOCS / "writing-a-rulebook.md"
FACTS = DOCS / "the-facts-document.md"

PLAIN = {"also", "caps", "by_requirement"}
"""Parts of a result whose keys are codes of the rulebook, with a figure behind each."""

PLACES = {
    "figure": lambda value: {"requirements": [{"code": "ethics", "amount": value}]},
    "selector": lambda value: {"requirements": [{"code": "ethics", "counts": value}]},
    "condition": lambda value: {"exemptions": [{"code": "judges", "when": value}]},
    "anchor": lambda value: {"period": {"anchor": value}},
    "joining": lambda value: {"joining": {**value, "clause": "reg"}},
    "window": lambda value: {"requirements": [{"code": "ethics", "window": value}]},
    "proration": lambda value: {"proration": {"rounding": None, **value, "clause": "reg"}, **_without_months(value)},
}


def _without_months(value: Mapping[str, Any]) -> dict[str, Any]:
    """Where nothing shrinks, nobody joins in proportion and no status pauses."""
    return {"joining": {"rule": "full"}, "statuses": {"parental_leave": "counts"}} if value["by"] == "none" else {}


# --- blocks ----------------------------------------------------------------------------------------------------------


def blocks(page: Path, kind: str) -> list[Any]:
    found = re.findall(rf"^```yaml {kind}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)
    return [_yaml(text) for text in found]


def _yaml(text: str) -> Any:
    """Read as a file would be; a list, which no file may be, stands under a key."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "block.yaml"
        path.write_text("list:\n" + text if text.startswith("- ") else text, encoding="utf-8")
        found = read_document(path)
    return found.get("list", found)


def my_bar() -> dict[str, Any]:
    """The file that the reader has after the steps of the first part."""
    document = blocks(LANGUAGE, "complete")[0]
    for step in blocks(LANGUAGE, "step"):
        document = merged(document, step)
    return document


def each(page: Path) -> list[tuple[str, Any]]:
    found = []
    for kind in PLACES:
        values = [value for block in blocks(page, f"each {kind}") for value in block]
        assert values, f"no block shows the values of a {kind}"
        found += [(kind, value) for value in values]
    return found


def test_every_block_says_what_it_is():
    for page in (LANGUAGE, FACTS):
        firsts = re.findall(r"^```(\S.*)$", page.read_text(encoding="utf-8"), re.M)
        kinds = {first for first in firsts if first not in ("sh", "json result")}
        known = {f"yaml {kind}" for kind in ("complete", "complete addition", "complete facts", "step", "fragment")}
        assert kinds <= known | {f"yaml each {kind}" for kind in PLACES} | {"yaml facts", "yaml supposed"}


def test_every_step_leaves_a_rulebook_that_can_be_used():
    document = blocks(LANGUAGE, "complete")[0]
    assert isinstance(parse_document(document), Rulebook)
    for step in blocks(LANGUAGE, "step"):
        document = merged(document, step)
        assert isinstance(parse_document(document), Rulebook)


def test_the_examples_on_the_page_come_true():
    shown = [my_bar(), *(merged(my_bar(), part) for part in blocks(LANGUAGE, "fragment") if "examples" in part)]
    assert len(shown) == 2
    for document in shown:
        rules = parse_document(document)
        assert list(mismatches(rules)) == []
        assert rules.examples


@pytest.mark.parametrize("part", blocks(LANGUAGE, "fragment"), ids=lambda part: ",".join(part))
def test_every_fragment_fits_into_the_rulebook_of_the_page(part):
    assert isinstance(parse_document(merged(my_bar(), part)), Rulebook)


@pytest.mark.parametrize(("kind", "value"), each(LANGUAGE), ids=str)
def test_every_value_fits_in_its_place(kind, value):
    assert isinstance(parse_document(merged(my_bar(), PLACES[kind](value))), Rulebook)


def test_the_regional_addition_fits_over_the_rulebook_of_the_page():
    addition = parse_document(blocks(LANGUAGE, "complete addition")[0])
    assert isinstance(addition, Addition)
    assert list(faults_of_addition(parse_document(my_bar()), addition)) == []


# --- the facts -------------------------------------------------------------------------------------------------------


def test_facts_on_the_page_can_be_read():
    shown = [*blocks(FACTS, "complete facts"), *blocks(FACTS, "facts")]
    assert len(shown) == 3
    for part in shown:
        read_facts(part)


def test_what_is_supposed_on_the_page_can_be_read():
    (supposed,) = blocks(FACTS, "supposed")
    assert read_supposition(supposed).left_on


def test_the_example_rulebook_can_be_used_and_its_examples_come_true():
    rules = parse_document(read_document(DOCS / "rulebook-example.yaml"))
    assert rules.example
    assert len(rules.examples) >= 3
    assert list(mismatches(rules)) == []
    assert doubts(rules) == ()


def test_the_result_on_the_page_is_that_of_the_example_files():
    rules = parse_document(read_document(DOCS / "rulebook-example.yaml"))
    person = read_facts(read_document(DOCS / "facts-example.yaml"), rules.zone)
    result = report(rules, person, date(2025, 5, 15))
    (shown,) = re.findall(r"^```json result\n(.*?)^```$", FACTS.read_text(encoding="utf-8"), re.M | re.S)
    assert list(differences(json.loads(shown), result)) == []


def differences(shown: Any, found: Any, path: str = "result") -> Iterator[str]:
    """Where the page says something else than the result; it may leave out keys, and the ends of lists."""
    if isinstance(shown, dict) and isinstance(found, dict):
        for key, value in shown.items():
            yield from differences(value, found.get(key, "nothing"), f"{path}.{key}")
    elif isinstance(shown, list) and isinstance(found, list):
        if len(shown) > len(found):
            yield f"{path}: {len(shown)} on the page, {len(found)} found"
        for place, (value, other) in enumerate(zip(shown, found, strict=False)):
            yield from differences(value, other, f"{path}.{place}")
    elif shown != found:
        yield f"{path}: {shown!r} on the page, {found!r} found"


# --- nothing is left unexplained -------------------------------------------------------------------------------------


def explained_words(page: Path) -> set[str]:
    """Keys of the blocks on a page, and words that stand in it as code."""
    text = page.read_text(encoding="utf-8")
    fenced = "\n".join(re.findall(r"^```(?:yaml|json) [^\n]*\n(.*?)^```$", text, re.M | re.S))
    inline = " ".join(re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)))
    return {*re.findall(r'([a-z_]+)"?:(?=\s)', fenced), *re.findall(r"[a-z_$]+", inline)}


def keys_in(schema: dict[str, Any]) -> set[str]:
    """Every key that a document may have anywhere, as its JSON Schema has them."""
    parts = (schema, *schema["$defs"].values())
    return {key for part in parts for key in part.get("properties", {})}


def keys_of(result: Any) -> set[str]:
    """Every fixed key of a result; those that are codes of the rulebook stand one level below these."""
    if isinstance(result, list):
        return set().union(*(keys_of(each) for each in result))
    if not isinstance(result, dict):
        return set()
    by_code = {"lines", "acts", "stages", "duties"}
    below = [list(value.values()) if key in by_code else value for key, value in result.items() if key not in PLAIN]
    return set(result).union(*(keys_of(each) for each in below))


@pytest.mark.parametrize("key", sorted(keys_in(json_schema())))
def test_every_key_of_the_language_is_explained(key):
    assert key in explained_words(LANGUAGE)


@pytest.mark.parametrize("key", sorted(keys_in(facts_schema())))
def test_every_fact_is_explained_and_in_the_example(key):
    assert key in explained_words(FACTS)
    assert re.search(rf"(?<![a-z_]){re.escape(key)}:\s", (DOCS / "facts-example.yaml").read_text(encoding="utf-8"))


def test_everything_in_a_result_is_explained():
    rules = parse_document(read_document(DOCS / "rulebook-example.yaml"))
    person = read_facts(read_document(DOCS / "facts-example.yaml"), rules.zone)
    keys = keys_of(report(rules, person, date(2026, 8, 15)))
    steps = {phrase.removeprefix("step.") for phrase in EN if phrase.startswith("step.")}
    assert {*keys, *steps, *get_args(Reason)} - explained_words(FACTS) == set()


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        name, _, heading = target.partition("#")
        if "://" not in target:
            there = DOCS / name if name else page
            assert there.exists(), target
            assert not heading or heading in headings(there), target


def headings(page: Path) -> set[str]:
    """The anchors of a page, as its reader's browser makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
