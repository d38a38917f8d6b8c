from datetime import UTC, datetime

import httpx
import pytest

from edge.errors import UplinkError
from edge.transport.proof import DEVICE_KEY, proof_in
from edge.transport.token import FILE
from violations.evidence.device_token import signer_of
from violations.evidence.keys import load_or_make_key


@pytest.fixture(autouse=True)
def _no_token(monkeypatch):
    monkeypatch.delenv("NGATU_TOKEN", raising=False)


def sent(proof):
    request = httpx.Request("GET", "https://centre.example/api/counts")
    return next(proof.auth_flow(request)).headers.get("authorization")


def test_a_stored_token_goes_before_the_key(tmp_path):
    load_or_make_key(tmp_path / DEVICE_KEY)
    (tmp_path / FILE).write_text("ngatu-device-abc\n", "ascii")
    (tmp_path / FILE).chmod(0o600)
    assert sent(proof_in(tmp_path)) == "Bearer ngatu-device-abc"


def test_without_one_the_devices_own_key_signs_even_if_it_is_made_later(tmp_path):
    proof = proof_in(tmp_path)
    assert sent(proof) is None
    key = load_or_make_key(tmp_path / DEVICE_KEY)
    first = sent(proof)
    assert signer_of(first.removeprefix("Bearer "), datetime.now(UTC)) == key.public
    assert sent(proof) == first, "a token is used for minutes, not made for each request"


def test_a_key_that_others_can_read_is_named_and_not_used(tmp_path):
    load_or_make_key(tmp_path / DEVICE_KEY)
    (tmp_path / DEVICE_KEY).chmod(0o644)
    with pytest.raises(UplinkError, match="0600"):
        proof_in(tmp_path)


def test_a_key_spoilt_meanwhile_leaves_the_request_unsigned(tmp_path):
    proof = proof_in(tmp_path)
    (tmp_path / DEVICE_KEY).write_bytes(b"no key")
    (tmp_path / DEVICE_KEY).chmod(0o600)
    assert sent(proof) is None
