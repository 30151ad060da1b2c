"""Facts as a JSON document: read with every fault named, and written again."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from .facts import Facts
from .faults import RulebookError, plain
from .rulebook import DIALECT

_FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)


def read_facts(data: dict[str, Any], zone: str = "UTC") -> Facts:
    """The facts in `data` (as `json.load` gives it).

    A credit completed at an instant ("2025-12-31T23:45:00-06:00") is one of the day that it was in the zone of the
    bar. Raises RulebookError with the path of every fault.
    """
    try:
        return _FACTS.validate_python(_localised(data, zone))
    except ValidationError as error:
        raise RulebookError(plain(detail, data) for detail in error.errors()) from None


def _localised(data: Any, zone: str) -> Any:
    if not isinstance(data, dict) or not isinstance(data.get("credits"), list):
        return data
    return {**data, "credits": [_on_local_day(credit, ZoneInfo(zone)) for credit in data["credits"]]}


def _on_local_day(credit: Any, zone: ZoneInfo) -> Any:
    if not isinstance(credit, dict) or not isinstance(credit.get("on"), str) or "T" not in credit["on"]:
        return credit
    try:
        moment = datetime.fromisoformat(credit["on"])
    except ValueError:
        return credit
    local = moment.astimezone(zone) if moment.tzinfo else moment
    return {**credit, "on": date(local.year, local.month, local.day)}


def facts_schema() -> dict[str, Any]:
    """JSON Schema of the facts document."""
    return {"$schema": DIALECT, **_FACTS.json_schema(by_alias=True)}
