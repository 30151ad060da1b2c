"""Answers that are files. Problems with them are JSON, whatever kind of file was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from drf_spectacular.types import OpenApiTypes
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from cle.core.attachments import file_answer

__all__ = ["WhateverIsAccepted", "described", "file_answer"]


class WhateverIsAccepted(BaseContentNegotiation):
    """An address of one file has one kind of answer: nobody is refused for having asked for another."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], str(renderers[0].media_type)


def described(*content_types: str) -> dict[tuple[int, str], OpenApiTypes]:
    """How the description of the API says that the answer is a file of one of these types."""
    return {(200, content_type): OpenApiTypes.BINARY for content_type in content_types}
