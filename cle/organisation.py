"""The log-in of an organisation, as the environment describes it."""

from __future__ import annotations

from typing import Any

from cle.core.env import Env


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
