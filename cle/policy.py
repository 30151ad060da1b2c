"""What browsers are told to allow. The content security policy is strict everywhere but where a package's pages run
inline scripts: the admin site, and the description of the API.
"""

from collections.abc import Callable
from typing import Final

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control

ADMIN_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
}


DOCS = "/api/v1/docs"
DOCS_POLICY = {
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
}


def looser_policy_for_packages(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/admin/"):
            response._csp_replace = ADMIN_POLICY  # type: ignore[attr-defined]
        elif request.path == DOCS:
            response._csp_replace = DOCS_POLICY  # type: ignore[attr-defined]
        return response

    return middleware


NO_DEVICES: Final = ", ".join(
    f"{name}=()" for name in ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone",
                              "payment", "usb")
)  # fmt: skip
"""Nothing here asks for these; passkeys stay possible."""


def careful_answers(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: no page uses devices or is embedded elsewhere, and what somebody logged in was shown is not kept."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", NO_DEVICES)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"  # a package says otherwise of its page
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
