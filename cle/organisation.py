"""The log-in of an organisation, as the environment describes it."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF

from cle.core.env import Env, origin_of


def organisation_login(env: Env) -> dict[str, Any]:
    """What django-allauth wants to know of the OpenID Connect provider; nothing where none is set."""
    if not env.oidc_issuer:
        return {}
    app = {
        "provider_id": "organisation",
        "name": env.oidc_name,
        "client_id": env.oidc_client_id,
        "secret": env.oidc_client_secret,
        "settings": {"server_url": env.oidc_issuer, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}


def form_targets(env: Env) -> list[str]:
    """Where forms may lead: browsers hold the whole way to this, also that on to the provider.

    Its log-in page is taken to be where the issuer is.
    """
    return [SELF, origin_of(env.oidc_issuer)] if env.oidc_issuer else [SELF]
