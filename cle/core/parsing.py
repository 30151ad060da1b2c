"""Bodies in JSON, as far as anybody can mean them."""

from __future__ import annotations

from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class BoundedJSONParser(JSONParser):
    """Answers a body that is nested beyond what can be read with a problem, where JSONParser would fall over."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("Nested too deeply.")) from error
