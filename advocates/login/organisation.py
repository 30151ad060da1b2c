"""Log-in with the account of an organisation (OpenID Connect): to accounts that are there already, and to no others."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.shortcuts import render

from advocates.models import User


class OrganisationAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Links by the e-mail that the provider says it has verified; opens no accounts and changes none.

    The package's own way of doing so would wipe the password of the account. A second factor is asked for here as
    after a password, whatever the provider has asked for.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing:
            return
        # Some providers say "true" and "false" as text, and any text is true.
        verified = [given.email.lower() for given in sociallogin.email_addresses if given.verified in (True, "true")]
        user = User.objects.filter(email__in=verified, is_active=True).first()
        if user is None:
            raise ImmediateHttpResponse(render(request, "socialaccount/no_account.html", status=403))
        sociallogin.connect(request, user)
