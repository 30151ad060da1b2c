"""Addresses that are open to everybody: no log-in is asked for, and none is looked at."""

from __future__ import annotations

import hashlib
from typing import Any, ClassVar

from django.conf import settings
from django.core.cache import caches
from django.http import HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers, set_response_etag
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from compliance.api.parameters import Parameters, read_parameters
from compliance.api.serializers import language


class PublicView(GenericAPIView[Any]):
    """The same answer to everybody; odd parameters are an error (400) here too."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    parameters: ClassVar[type[Parameters]] = Parameters
    asked: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.asked = read_parameters(self.parameters, request.query_params)


@method_decorator(conditional_page, name="dispatch")
class KeptPublicView(PublicView):
    """An answer that anybody on the way may keep for ``max_age`` seconds; then 304 while it is the same (ETag)."""

    max_age: ClassVar[int] = 300

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        finished = super().finalize_response(request, response, *args, **kwargs)
        if finished.status_code == 200:
            patch_cache_control(finished, public=True, max_age=self.max_age)
            patch_vary_headers(finished, ["Accept-Language", "Cookie"])  # either may choose the language
        return finished


class RememberedList(ListModelMixin, KeptPublicView):
    """A list that the process remembers for some seconds, as everybody on the way may: it is asked for all the time."""

    def remembered(self, request: Request) -> HttpResponse:
        """The bytes of the list as they were first asked for in this language, ``catalogue_seconds`` ago at most, and
        their tag."""
        asked = f"{language()} {request.build_absolute_uri()}"
        answers, key = caches["answers"], hashlib.sha256(asked.encode()).hexdigest()
        body, tag = answers.get(key, (None, None))
        if body is None:
            body = JSONRenderer().render(self.list(request).data)
            tag = set_response_etag(HttpResponse(body)).headers["ETag"]
            answers.set(key, (body, tag), settings.ENV.catalogue_seconds)
        return HttpResponse(body, content_type=JSONRenderer.media_type, headers={"ETag": tag})
