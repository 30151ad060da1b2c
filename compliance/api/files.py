"""Answers that are files. Problems with them are JSON, whatever kind of file was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from drf_spectacular.types import OpenApiTypes
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class WhateverIsAccepted(BaseContentNegotiation):
    """An address of one file has one kind of answer: nobody is refused for having asked for another."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser:
        return next(iter(parsers))

    def select_renderer(  # type: ignore[override]
        self, request: Request, renderers: Sequence[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], str(renderers[0].media_type)


def file_answer(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file to keep: the browser saves it under that name, does not guess what it is and runs nothing in it."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def described(*content_types: str) -> dict[tuple[int, str], OpenApiTypes]:
    """How the description of the API says that the answer is a file of one of these types."""
    return {(200, content_type): OpenApiTypes.BINARY for content_type in content_types}
