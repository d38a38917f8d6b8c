"""Anchors: the log's head, signed and kept elsewhere, so that cutting off its end or writing it anew is found."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from violations.audit.entry import Head
from violations.audit.errors import AnchorError
from violations.evidence.canonical import canonical_json
from violations.evidence.keys import PublicKey, SigningKey

Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{128}$")]


class Anchor(BaseModel):
    """A line of a file of anchors: at `time` the log ended with entry `number`, whose hash was `hash`.

    signature: by the Ed25519 key `by` over the canonical JSON of all the other fields. Another office countersigns by
    making an anchor of the same head with its own key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["ngatu-audit-anchor-1"] = "ngatu-audit-anchor-1"
    number: Annotated[int, Field(ge=0, le=2**53)]
    hash: Hex32
    time: AwareDatetime
    by: Hex32
    signature: Hex64

    def claim(self) -> bytes:
        return canonical_json(self.model_dump(mode="json", exclude={"signature"}))

    def line(self) -> str:
        return canonical_json(self.model_dump(mode="json")).decode()

    def is_signed(self) -> bool:
        return PublicKey(self.by).verifies(bytes.fromhex(self.signature), self.claim())


def make_anchor(head: Head, key: SigningKey, now: datetime) -> Anchor:
    unsigned = Anchor(
        number=head.number, hash=head.hash, time=now.astimezone(UTC), by=key.public.hex, signature="0" * 128
    )
    return unsigned.model_copy(update={"signature": key.sign(unsigned.claim()).hex()})


def read_anchors(path: Path, keys: Collection[PublicKey] = ()) -> tuple[Anchor, ...]:
    """Those of a file of lines. Raises AnchorError for a line that is none, is not signed, or by none of `keys`."""
    return tuple(_read(path, keys))


def _read(path: Path, keys: Collection[PublicKey]) -> Iterator[Anchor]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise AnchorError(f"anchors {path}: wanted a file I can read, found: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        try:
            anchor = Anchor.model_validate_json(line)
        except ValidationError as error:
            raise AnchorError(f"anchors {path}: line {number}: wanted an anchor, found none") from error
        if not anchor.is_signed():
            raise AnchorError(
                f"anchors {path}: line {number}: wanted a signature by its key, found one that does not fit"
            )
        if keys and PublicKey(anchor.by) not in keys:
            raise AnchorError(f"anchors {path}: line {number}: wanted one by a key you gave, found one by {anchor.by}")
        yield anchor
