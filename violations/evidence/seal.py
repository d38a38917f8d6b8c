"""The seal of a package: a device's signature over its manifest, linked to the seal the device made before it."""

from collections.abc import Collection, Iterator
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import Field

from violations.evidence.canonical import LARGEST_WHOLE, canonical_json
from violations.evidence.difference import Difference
from violations.evidence.keys import PublicKey, SigningKey
from violations.evidence.record import Stated
from vision.events.bodies import Sha256

SEAL = "seal.json"
NO_RECORD = "0" * 64
"""What the first record of a ledger names as the one before it."""

Key = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Signature = Annotated[str, Field(pattern=r"^[0-9a-f]{128}$")]


class Seal(Stated):
    """`seal.json` of a package, and a line of the device's ledger.

    previous: SHA-256 of the line before, NO_RECORD in the first. manifest: SHA-256 of manifest.json. signature: by the
    key in `public_key` over the canonical JSON of all the other fields.
    """

    format: Literal["ngatu-seal-1"] = "ngatu-seal-1"
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
        """The name under which the next seal refers to this one."""
        return sha256(self.line()).hexdigest()

    def follows(self, before: "Seal | None") -> bool:
        return (self.sequence, self.previous) == after(before)


def after(before: Seal | None) -> tuple[int, str]:
    """Sequence and previous of the seal that comes after `before`; of the first where that is None."""
    return (before.sequence + 1, before.sha256()) if before else (1, NO_RECORD)


def make_seal(key: SigningKey, manifest_sha256: str, before: Seal | None) -> Seal:
    sequence, previous = after(before)
    unsigned = Seal(
        public_key=key.public.hex, sequence=sequence, previous=previous, manifest=manifest_sha256, signature="0" * 128
    )
    return unsigned.model_copy(update={"signature": key.sign(unsigned.claim()).hex()})


def check_seal(where: str, seal: Seal, keys: Collection[PublicKey]) -> Iterator[Difference]:
    """Whether the seal's key signed it, and is one of `keys` where there are any."""
    if keys and seal.device not in keys:
        given = ", ".join(key.fingerprint for key in keys)
        yield Difference(f"{where}: public_key", f"a key with the fingerprint {given}", seal.device.fingerprint)
    if not seal.device.verifies(bytes.fromhex(seal.signature), seal.claim()):
        yield Difference(f"{where}: signature", "one by public_key over the other fields", "one that does not fit them")
