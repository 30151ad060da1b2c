"""The pages of the package, with the status, the limits and the records that this site wants."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, PasswordResetView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.socialaccount.adapter import get_adapter as get_social_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from advocates.login.second_factor import is_needed, note_given, was_given
from cle.core.throttle import address_of, counted

WAIT = {"too_many_login_attempts": 300, "rate_limited": 300}
"""Seconds until the limits of ``settings.ACCOUNT_RATE_LIMITS`` let somebody try again, by the code of the error."""


class Limited:
    """A form that answers 429 with Retry-After, not 200, to one attempt too many."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]
        codes = [error.code for errors in form.errors.as_data().values() for error in errors]
        for code in set(codes) & set(WAIT):
            response.status_code = 429
            response["Retry-After"] = str(WAIT[code])
        return response


class Counted:
    """So many attempts a minute from one address; each answer says how many are left."""

    attempts = 30

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            over, rate = counted(f"{type(self).__name__}:{address_of(request)}", self.attempts, 60)
            request.api_rate = rate  # type: ignore[attr-defined]
            if over:
                return too_many_requests(request, rate.reset)
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return answer


class LogIn(Counted, Limited, LoginView):  # type: ignore[misc]
    """With what the organisation's own log-in is called, where there is one."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        providers = get_social_adapter(self.request).list_providers(self.request)
        return {**super().get_context_data(**kwargs), "providers": providers}


class SecondStep(Counted, Limited, AuthenticateView):  # type: ignore[misc]
    pass


class Reauthenticate(Limited, ReauthenticateView):  # type: ignore[misc]
    pass


class ReauthenticateByCode(Limited, ReauthenticateByCodeView):  # type: ignore[misc]
    pass


class ResetPassword(Counted, Limited, PasswordResetView):  # type: ignore[misc]
    attempts = 10


class Security(IndexView):  # type: ignore[misc]
    """Password, app for codes, passkeys and recovery codes of whoever has logged in."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        needed, given = is_needed(self.request), was_given(self.request)
        return {**super().get_context_data(**kwargs), "needed": needed, "given": given}


class ActivateCodes(Limited, ActivateTOTPView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        note_given(self.request, "totp")
        return response


class AddPasskey(AddWebAuthnView):  # type: ignore[misc]
    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        note_given(self.request, "webauthn")
        return response


def too_many_requests(request: HttpRequest, seconds: int = 60) -> HttpResponse:
    """The limits of a minute for an address."""
    response = render(request, "429.html", status=429)
    response["Retry-After"] = str(seconds)
    return response
