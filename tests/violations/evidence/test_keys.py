import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from violations.errors import EvidenceKeyError
from violations.evidence.keys import load_key, load_or_make_key, load_public_key


def test_a_key_is_made_once_for_its_owner_alone_with_its_public_half_beside_it(tmp_path: Path):
    before = os.umask(0)
    try:
        key = load_or_make_key(tmp_path / "device.key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "device.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["device.key", "device.pub"]
    assert load_public_key(tmp_path / "device.pub") == key.public
    assert load_or_make_key(tmp_path / "device.key").public == key.public
    assert b"PRIVATE" not in (tmp_path / "device.pub").read_bytes()


def test_of_many_that_make_a_key_at_once_all_get_the_same(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: load_or_make_key(tmp_path / "device.key").public, range(24)))
    assert len(set(keys)) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["device.key", "device.pub"]


def test_a_signature_fits_its_message_and_its_key_alone(tmp_path: Path):
    key, other = load_or_make_key(tmp_path / "a.key"), load_or_make_key(tmp_path / "b.key")
    signature = key.sign(b"message")
    assert key.public.verifies(signature, b"message")
    assert not key.public.verifies(signature, b"massage")
    assert not key.public.verifies(signature[:-1], b"message")
    assert not other.public.verifies(signature, b"message")
    assert len({key.public.fingerprint, other.public.fingerprint}) == 2


def test_a_key_that_was_lost_from_beside_its_owner_is_written_again(tmp_path: Path):
    key = load_or_make_key(tmp_path / "device.key")
    (tmp_path / "device.pub").unlink()
    load_or_make_key(tmp_path / "device.key")
    assert load_public_key(tmp_path / "device.pub") == key.public


def foreign(kind: str, path: Path) -> None:
    """Put something at `path` that is no key of ours."""
    match kind:
        case "open":
            load_or_make_key(path)
            path.chmod(0o644)
        case "empty":
            path.touch(0o600)
        case "noise":
            path.touch(0o600)
            path.write_bytes(b"\x00\xff" * 100)
        case "cut":
            load_or_make_key(path)
            path.write_bytes(path.read_bytes()[:60])
        case "link":
            load_or_make_key(path.with_name("real.key"))
            path.symlink_to("real.key")
        case "folder":
            path.mkdir(0o700)
        case "pipe":
            os.mkfifo(path, 0o600)
        case "rsa" | "locked":
            other = rsa.generate_private_key(65537, 2048)
            lock = serialization.BestAvailableEncryption(b"x") if kind == "locked" else serialization.NoEncryption()
            path.touch(0o600)
            path.write_bytes(other.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock))


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("open", "wanted a file for its owner alone (0600), found 0644"),
        ("empty", "wanted an unencrypted private key in PEM"),
        ("noise", "wanted an unencrypted private key in PEM"),
        ("cut", "wanted an unencrypted private key in PEM"),
        ("link", "wanted a file I can read, found"),
        ("folder", "wanted a plain file, found something else"),
        ("pipe", "wanted a plain file, found something else"),
        ("rsa", "wanted an Ed25519 key, found RSAPrivateKey"),
        ("locked", "wanted an unencrypted private key in PEM"),
    ],
)
def test_a_foreign_key_is_one_sentence_and_is_left_as_it_was(tmp_path: Path, kind: str, found: str):
    path = tmp_path / "device.key"
    foreign(kind, path)
    before = sorted((one.name, one.lstat().st_mtime_ns) for one in tmp_path.iterdir())
    with pytest.raises(EvidenceKeyError) as caught:
        load_or_make_key(path)
    assert str(caught.value).startswith(f"key {path}: ")
    assert found in str(caught.value)
    assert sorted((one.name, one.lstat().st_mtime_ns) for one in tmp_path.iterdir()) == before


def test_a_folder_that_is_not_there_leaves_nothing(tmp_path: Path):
    with pytest.raises(EvidenceKeyError, match=r"key .*device\.key"):
        load_or_make_key(tmp_path / "none" / "device.key")
    with pytest.raises(EvidenceKeyError, match="No such file"):
        load_key(tmp_path / "device.key")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"not a key", None])
def test_what_is_no_public_key_is_one_sentence(tmp_path: Path, content: bytes | None):
    path = tmp_path / "device.pub"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(EvidenceKeyError, match="wanted a public key in PEM, found"):
        load_public_key(path)


def test_a_private_key_is_no_public_key(tmp_path: Path):
    load_or_make_key(tmp_path / "device.key")
    with pytest.raises(EvidenceKeyError, match="wanted a public key in PEM, found none"):
        load_public_key(tmp_path / "device.key")
