"""The lines of a device's ledger: seals of packages, holds, receipts of their purge; each linked to the last."""

from collections.abc import Collection, Iterator
from hashlib import sha256
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, Field

from violations.evidence.canonical import LARGEST_WHOLE, canonical_json, read_json
from violations.evidence.difference import Difference, read_stated
from violations.evidence.keys import PublicKey, SigningKey
from violations.evidence.stated import Stated
from vision.events.bodies import Sha256

SEAL = "seal.json"
NO_RECORD = "0" * 64
"""What the first record of a ledger names as the one before it."""

LONGEST_LINE_BYTES = 1 << 16
"""Sixteen times what is ever written; nothing longer is even parsed."""
Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Signature = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class LedgerRecord(Stated):
    """A line of the device's ledger.

    previous: SHA-256 of the line before, NO_RECORD in the first. manifest: SHA-256 of the package's manifest.json that
    the line is about. signature: by the key in `public_key` over the canonical JSON of all the other fields.
    """

    public_key: Key
    sequence: Annotated[int, Field(ge=1, le=LARGEST_WHOLE)]
    previous: Sha256
    manifest: Sha256
    signature: Signature

    @property
    def device(self) -> PublicKey:
        return PublicKey(self.public_key)

    def claim(self) -> bytes:
        """What is signed."""
        return canonical_json(self.model_dump(mode="json", exclude={"signature"}))

    def line(self) -> bytes:
        return canonical_json(self.model_dump(mode="json"))

    def sha256(self) -> str:
        """The name under which the next record refers to this one."""
        return sha256(self.line()).hexdigest()

    def follows(self, before: "LedgerRecord | None") -> bool:
        return (self.sequence, self.previous) == after(before)


class Seal(LedgerRecord):
    """The package was made: `seal.json` in it, and a line of the ledger."""

    format: Literal["ngatu-seal-1"] = "ngatu-seal-1"


class Hold(LedgerRecord):
    """Somebody forbade (held) or allowed again that the package be purged, and why."""

    format: Literal["ngatu-hold-1"] = "ngatu-hold-1"
    held: bool
    time: AwareDatetime
    who: Annotated[str, Field(min_length=1, max_length=80)]
    why: Annotated[str, Field(min_length=1, max_length=300)]


class Purge(LedgerRecord):
    """The receipt of a package that was deleted: what it was called, when, by which rule of retention, and why."""

    format: Literal["ngatu-purge-1"] = "ngatu-purge-1"
    folder: Annotated[str, Field(min_length=1, max_length=200)]
    time: AwareDatetime
    rule: Annotated[str, Field(min_length=1, max_length=80)]
    why: Annotated[str, Field(min_length=1, max_length=300)]


Line = Seal | Hold | Purge
LineT = TypeVar("LineT", Seal, Hold, Purge)
KINDS: dict[str, type[Line]] = {"ngatu-seal-1": Seal, "ngatu-hold-1": Hold, "ngatu-purge-1": Purge}


def read_line(where: str, content: bytes) -> tuple[Line | None, list[Difference]]:
    """The record in a line of a ledger, or every field that is none; what says nothing we know is read as a seal."""
    if len(content) > LONGEST_LINE_BYTES:
        return None, [Difference(where, f"at most {LONGEST_LINE_BYTES} bytes", f"{len(content)}")]
    try:
        value = read_json(content)
    except (ValueError, RecursionError) as error:
        return None, [Difference(where, "canonical JSON", str(error))]
    said = value.get("format") if isinstance(value, dict) else None
    kind = KINDS.get(said, Seal) if isinstance(said, str) else Seal
    return read_stated(where, content, kind)


def after(before: LedgerRecord | None) -> tuple[int, str]:
    """Sequence and previous of the record that comes after `before`; of the first where that is None."""
    return (before.sequence + 1, before.sha256()) if before else (1, NO_RECORD)


def make_seal(key: SigningKey, manifest_sha256: str, before: LedgerRecord | None) -> Seal:
    return make_line(Seal, key, manifest_sha256, before)


def make_line(
    kind: type[LineT], key: SigningKey, manifest_sha256: str, before: LedgerRecord | None, **fields: object
) -> LineT:
    """A signed record of that kind with its own fields. Raises ValueError for fields that are none."""
    sequence, previous = after(before)
    chained = {"public_key": key.public.hex, "sequence": sequence, "previous": previous, "manifest": manifest_sha256}
    unsigned = kind.model_validate({**fields, **chained, "signature": "0" * 128})
    return unsigned.model_copy(update={"signature": key.sign(unsigned.claim()).hex()})


def check_seal(where: str, seal: LedgerRecord, keys: Collection[PublicKey]) -> Iterator[Difference]:
    """Whether the record's key signed it, and is one of `keys` where there are any."""
    if keys and seal.device not in keys:
        given = ", ".join(key.fingerprint for key in keys)
        yield Difference(f"{where}: public_key", f"a key with the fingerprint {given}", seal.device.fingerprint)
    if not seal.device.verifies(bytes.fromhex(seal.signature), seal.claim()):
        yield Difference(f"{where}: signature", "one by public_key over the other fields", "one that does not fit them")
