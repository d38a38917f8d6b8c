"""Ed25519 keys of devices and of the centre: the private half in a file of its owner alone, made where it is used."""

import os
import secrets
import stat
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from violations.errors import EvidenceError, EvidenceKeyError
from violations.evidence.disk import speaking_of, sync_folder, sync_handle

OWNER_ONLY = 0o600
LARGEST_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class PublicKey:
    """hex: the 32 raw bytes in lower case."""

    hex: str

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the raw bytes: what people compare."""
        return sha256(bytes.fromhex(self.hex)).hexdigest()

    def verifies(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.hex)).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def pem(self) -> bytes:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.hex)).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )


class SigningKey:
    """The private half. It never leaves the process but into its own file."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key().public_bytes_raw().hex())

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)

    def pem(self) -> bytes:
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def load_or_make_key(path: Path) -> SigningKey:
    """The key in `path`; where there is none, a new one is made there, and its public half beside it as `.pub`.

    Of two processes that make one at the same moment both get the one that was first. Raises EvidenceKeyError, with
    nothing half-written left behind.
    """
    if not os.path.lexists(path):
        try:
            _place(path, SigningKey(Ed25519PrivateKey.generate()).pem(), OWNER_ONLY)
        except EvidenceError as error:
            raise EvidenceKeyError(str(error)) from error
    key = load_key(path)
    public = path.with_suffix(".pub")
    if not os.path.lexists(public):
        _place(public, key.public.pem(), 0o644)
    return key


def load_key(path: Path) -> SigningKey:
    """Raises EvidenceKeyError where the file is no Ed25519 key that only its owner can read."""
    content = _read_private(path)
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise EvidenceKeyError(f"key {path}: wanted an unencrypted private key in PEM, found none: {error}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise EvidenceKeyError(f"key {path}: wanted an Ed25519 key, found {type(key).__name__.lstrip('_')}")
    return SigningKey(key)


def load_public_key(path: Path) -> PublicKey:
    """The public key in a PEM file. Raises EvidenceKeyError."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_BYTES)
        key = serialization.load_pem_public_key(content)
    except OSError as error:
        raise EvidenceKeyError(f"key {path}: wanted a public key in PEM, found: {error.strerror}") from error
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EvidenceKeyError(f"key {path}: wanted a public key in PEM, found none") from error
    if not isinstance(key, Ed25519PublicKey):
        raise EvidenceKeyError(f"key {path}: wanted an Ed25519 key, found {type(key).__name__.lstrip('_')}")
    return PublicKey(key.public_bytes_raw().hex())


def _read_private(path: Path) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise EvidenceKeyError(f"key {path}: wanted a file I can read, found: {error.strerror}") from error
    try:
        found = os.fstat(handle).st_mode
        if not stat.S_ISREG(found):
            raise EvidenceKeyError(f"key {path}: wanted a plain file, found something else")
        if stat.S_IMODE(found) & 0o077:
            mode = f"{stat.S_IMODE(found):04o}"
            raise EvidenceKeyError(f"key {path}: wanted a file for its owner alone (0600), found {mode}; chmod 600 it")
        return os.read(handle, LARGEST_BYTES)
    finally:
        os.close(handle)


def _place(path: Path, content: bytes, mode: int) -> None:
    """A new file, whole or not at all; one that is already there wins. Raises EvidenceError."""
    unfinished = path.parent / f".{path.name}-{secrets.token_hex(8)}"
    with speaking_of(f"key {path}"):
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                sync_handle(file.fileno(), path)
            try:
                os.link(unfinished, path)  # unlike a rename, never over another key
            except FileExistsError:
                return
        finally:
            unfinished.unlink(missing_ok=True)
        sync_folder(path.parent)
