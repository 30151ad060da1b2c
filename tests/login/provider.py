"""A small OpenID Connect provider on loopback, over real HTTP: one person logs in there, without being asked."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "cle", "the client's secret"
KEY = RSAKey.generate_key(2048, parameters={"kid": "1", "use": "sig"})


@dataclass
class Provider:
    """``person`` holds the claims of whoever logs in; ``challenges`` are those of PKCE, by code."""

    person: dict[str, Any]
    issuer: str = ""
    challenges: dict[str, str] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)

    def configuration(self) -> dict[str, Any]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "userinfo_endpoint": "userinfo",
                  "jwks_uri": "keys"}  # fmt: skip
        return {"issuer": self.issuer, **{name: f"{self.issuer}/{place}" for name, place in places.items()}}

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes next."""
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = asked["code_challenge"]
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> dict[str, Any] | None:
        proof = hashlib.sha256(asked["code_verifier"].encode()).digest()
        if self.challenges.pop(asked["code"], "") != base64.urlsafe_b64encode(proof).decode().rstrip("="):
            return None
        if asked["client_secret"] != SECRET:
            return None
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, **self.person}
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, KEY, algorithms=["RS256"])
        return {"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": signed}


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.log.append(parts.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.authorize(asked))
                self.end_headers()
            elif parts.path == "/userinfo":
                known = self.headers["Authorization"] == "Bearer access"
                self._answer(provider.person if known else None)
            elif parts.path == "/keys":
                self._answer({"keys": [KEY.as_dict(private=False)]})
            else:
                self._answer(provider.configuration())

        def do_POST(self) -> None:
            provider.log.append(self.path)
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._answer(provider.token({name: values[0] for name, values in parse_qs(sent).items()}))

        def _answer(self, document: dict[str, Any] | None) -> None:
            self.send_response(200 if document is not None else 400)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(document or {"error": "invalid_grant"}).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    return Handler


@contextmanager
def provider_of(person: dict[str, Any]) -> Iterator[Provider]:
    provider = Provider(person)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
