"""Answers that a reader may keep, and asks about again each time: "still the same?", "yes" (304), without the rows."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import version
from typing import Any, Final

from django.utils.cache import patch_cache_control
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from compliance.api.scoping import PrivateView
from compliance.api.serializers import language

RELEASE: Final = version("cle-tracker")
"""A newer one may say the same rows in another shape."""


class RevalidatedView(PrivateView):
    """A view with an entity tag that is known before any row is read.

    Other answers about people are not to be kept at all (`no-store`), which would leave nothing to ask about again.
    Here the reader's own browser may keep one (`private`) and shows it only after we have said that it still holds
    (`no-cache`): to whoever has logged out since, we say 401 instead.
    """

    def depends_on(self) -> list[Any]:
        """What the answer depends on besides the address, its parameters and the language."""
        raise NotImplementedError

    def revalidated(self, request: Request, answer: Any) -> Response:
        """304 if the reader has what ``answer()`` would give, else that with its tag."""
        tag = self._tag(request)
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if "*" in known or tag in known or tag.removeprefix("W/") in known:
            return Response(status=304, headers={"ETag": tag})
        response: Response = answer()
        response["ETag"] = tag
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        finished = super().finalize_response(request, response, *args, **kwargs)
        if finished.has_header("ETag"):
            del finished["Cache-Control"]
            patch_cache_control(finished, private=True, no_cache=True)
        return finished

    def _tag(self, request: Request) -> str:
        """Weak: a category that is spelt anew changes the words and not the tag."""
        whole = [RELEASE, request.build_absolute_uri(), language(), *self.depends_on()]
        text = json.dumps(whole, default=str, ensure_ascii=False)
        return f'W/"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
