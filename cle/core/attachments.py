"""Answers that are files to keep."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def file_answer(content: bytes, content_type: str, name: str) -> HttpResponse:
    """A file to keep: the browser saves it under that name, does not guess what it is and runs nothing in it."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
