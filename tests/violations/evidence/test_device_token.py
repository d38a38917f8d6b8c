from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from violations.evidence.device_token import AUDIENCE, signed_token, signer_of
from violations.evidence.keys import load_or_make_key

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
SINCE_S = int(NOW.timestamp())


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return load_or_make_key(tmp_path_factory.mktemp("key") / "device.key")


def test_the_signer_is_known_for_ten_minutes_and_five_of_wrong_clocks(key):
    token = signed_token(key, NOW)
    for minutes, known in ((0, True), (14, True), (16, False), (-4, True), (-6, False)):
        assert (signer_of(token, NOW + timedelta(minutes=minutes)) == key.public) is known, minutes


def test_a_token_changed_in_any_letter_is_nobodys(key):
    token = signed_token(key, NOW)
    for place in range(len(token)):
        changed = "A" if token[place] != "A" else "B"
        other = token[:place] + changed + token[place + 1 :]
        # The last letter of a part has bits that encode nothing.
        if place + 1 < len(token) and token[place + 1] != ".":
            assert signer_of(other, NOW) is None, place


@pytest.mark.parametrize(
    "claims",
    [
        pytest.param({"aud": "elsewhere"}, id="for somebody else"),
        pytest.param({"aud": None}, id="for nobody"),
        pytest.param({"exp": SINCE_S + 86_400}, id="longer than allowed"),
        pytest.param({"exp": None}, id="without an end"),
        pytest.param({"iat": None}, id="without a beginning"),
        pytest.param({"iss": "00" * 32}, id="another's name"),
        pytest.param({"iss": 7}, id="a name that is none"),
        pytest.param({"iss": None}, id="no name"),
    ],
)
def test_a_signed_token_that_says_something_else_is_nobodys(key, claims):
    said = {"iss": key.public.hex, "aud": AUDIENCE, "iat": SINCE_S, "exp": SINCE_S + 600} | claims
    said = {name: value for name, value in said.items() if value is not None}
    token = jwt.encode({"alg": "Ed25519"}, said, OKPKey.import_key(key.pem()), algorithms=["Ed25519"])
    assert signer_of(token, NOW) is None


def test_only_its_own_algorithm_counts(key):
    """The public half as the secret of a keyed hash, the oldest trick, and no signature at all."""
    said = {"iss": key.public.hex, "aud": AUDIENCE, "iat": SINCE_S, "exp": SINCE_S + 600}
    secret = OctKey.import_key(bytes.fromhex(key.public.hex))
    assert signer_of(jwt.encode({"alg": "HS256"}, said, secret, algorithms=["HS256"]), NOW) is None
    head, body, _ = signed_token(key, NOW).split(".")
    for token in (f"{head}.{body}.", f"eyJhbGciOiJub25lIn0.{body}.", "", "a.b.c", "ngatu-device-abc", "é.é.é"):
        assert signer_of(token, NOW) is None
