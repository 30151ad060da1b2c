"""What the advocate's desk is sent, and what has to have happened first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.house.personal_bodies import yet_to_come

Made = Callable[..., Any] | None

DESK_CALLS: Final[Mapping[str, tuple[Made, Made]]] = {
    "POST own:session": (lambda rows: {"act": "register"}, yet_to_come),
}
"""By method and name of the route: the body, and what makes the rows fit."""
