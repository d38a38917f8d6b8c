"""An identity provider as a process of its own: real RS256 and ES256 tokens over HTTP, and every way to be wrong.

`python provider_process.py` prints its address. POST /behave takes {"claims": {…}, "alg": …, "fault": …}; the faults
are those of the tests' table. Everybody who comes to /authorize is signed in at once, as the claims say.
"""

import json
import time
from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from typing import ClassVar
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

CLIENT, SECRET = "ngatu-centre", "s3cret/+ &"
KEYS = {
    "RS256": RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"}),
    "ES256": ECKey.generate_key("P-256", {"kid": "ec-1", "use": "sig"}),
}
STRANGER = RSAKey.generate_key(2048, {"kid": "rsa-9", "use": "sig"})
FORGER = RSAKey.generate_key(2048, {"kid": "rsa-1", "use": "sig"})


class Answering(BaseHTTPRequestHandler):
    told: ClassVar[dict] = {}
    codes: ClassVar[dict] = {}
    nonces: ClassVar[list] = []

    def log_message(self, *_args):
        pass

    @property
    def issuer(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def do_GET(self):
        parts = urlsplit(self.path)
        if self.told.get("fault") == "broken":
            return self.say(500, {"error": "server_error"})
        if parts.path == "/.well-known/openid-configuration":
            return self.say(200, self.metadata())
        if parts.path == "/keys":
            keys = [KEYS["ES256"]] if self.told.get("fault") == "keys changed" else [*KEYS.values()]
            return self.say(200, KeySet(keys).as_dict(private=False))
        if parts.path == "/leave":
            return self.say(200, {"left": True})
        return self.authorize(dict(parse_qsl(parts.query)))

    def metadata(self):
        here = self.issuer
        return {
            "issuer": "https://other.example" if self.told.get("fault") == "other metadata" else here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys",
            "end_session_endpoint": f"{here}/leave",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        }

    def authorize(self, asked):
        code = token_urlsafe(8)
        self.codes[code] = asked
        self.nonces.append(asked["nonce"])
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        if self.told.get("fault") == "refused":
            back = {"error": "access_denied", "state": asked["state"]}
        self.send_response(302)
        self.send_header("location", f"{asked['redirect_uri']}?{urlencode(back)}")
        self.end_headers()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/behave":
            type(self).told = json.loads(body)
            return self.say(200, {})
        said = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        asked = self.codes.pop(said.get("code"), None)
        known = b64decode(self.headers.get("authorization", "Basic ").removeprefix("Basic ")).decode()
        proof = urlsafe_b64encode(sha256(said.get("code_verifier", "").encode()).digest()).decode().rstrip("=")
        if asked is None or known != "ngatu-centre:s3cret%2F%2B%20%26" or proof != asked["code_challenge"]:
            return self.say(400, {"error": "invalid_grant"})
        return self.say(200, {"access_token": "x", "token_type": "Bearer", "id_token": self.token(asked)})

    def token(self, asked):
        now, fault, alg = int(time.time()), self.told.get("fault"), self.told.get("alg", "RS256")
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "u-1", "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"], **self.told.get("claims", {})}
        claims |= {
            "wrong issuer": {"iss": "https://other.example"},
            "wrong audience": {"aud": "somebody-else"},
            "for others too": {"aud": [CLIENT, "other"], "azp": "other"},
            "expired": {"iat": now - 7200, "exp": now - 3600},
            "from the future": {"iat": now + 7200, "exp": now + 9000},
            "nonce of an earlier sign-in": {"nonce": self.nonces[0]},
            "no nonce": {"nonce": None},
            "no subject": {"sub": None},
        }.get(fault, {})
        header = {"alg": alg, "kid": KEYS[alg].kid}
        if fault == "alg none":
            return f"{_part({'alg': 'none'})}.{_part(claims)}."
        if fault == "shared secret":
            from joserfc.jwk import OctKey

            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 4), algorithms=["HS256"])
        key = {"unknown key": STRANGER, "forged": FORGER}.get(fault, KEYS[alg])
        token = jwt.encode(header | {"kid": key.kid}, claims, key, algorithms=[alg])
        return token[:-8] + "AAAAAAAA" if fault == "bad signature" else token

    def say(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _part(document):
    return urlsafe_b64encode(json.dumps(document).encode()).decode().rstrip("=")


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
