"""Checkpoints: the centre's signature under how far it has seen a device's ledger, so that cutting its end is found."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from violations.errors import EvidenceError
from violations.evidence.canonical import LARGEST_WHOLE, canonical_json
from violations.evidence.difference import Difference, read_stated
from violations.evidence.keys import PublicKey, SigningKey
from violations.evidence.seal import Key, LedgerRecord, Signature, check_seal
from violations.evidence.stated import Stated
from vision.events.bodies import Sha256


class Checkpoint(Stated):
    """A line of a file of checkpoints. At `time` the centre had seen the ledger of `device` up to `sequence`.

    record: SHA-256 of that line of the ledger, which stands for all before it. signature: by the key in `centre` over
    the canonical JSON of all the other fields.
    """

    format: Literal["ngatu-checkpoint-1"] = "ngatu-checkpoint-1"
    device: Key
    sequence: Annotated[int, Field(ge=1, le=LARGEST_WHOLE)]
    record: Sha256
    time: AwareDatetime
    centre: Key
    signature: Signature

    def claim(self) -> bytes:
        return canonical_json(self.model_dump(mode="json", exclude={"signature"}))

    def line(self) -> bytes:
        return canonical_json(self.model_dump(mode="json"))


def countersign(
    seals: Sequence[LedgerRecord], before: Checkpoint | None, device: PublicKey, centre: SigningKey, now: datetime
) -> Checkpoint:
    """The centre's word for the lines that came in since its checkpoint `before` (None: since the ledger began).

    Raises EvidenceError, and signs nothing, unless they are the device's and follow one another and `before`.
    """
    if before and before.device != device.hex:
        raise EvidenceError(f"checkpoint: wanted one of the device {device.hex}, found one of {before.device}")
    if not seals:
        raise EvidenceError(f"checkpoint of {device.fingerprint}: wanted at least one record, found none")
    last = (before.sequence, before.record) if before else (0, "0" * 64)
    for seal in seals:
        where = f"record {seal.sequence}"
        for difference in check_seal(where, seal, (device,)):
            raise EvidenceError(f"checkpoint: {difference}")
        if (seal.sequence, seal.previous) != (last[0] + 1, last[1]):
            raise EvidenceError(
                f"checkpoint: {where}: wanted the one after record {last[0]} ({last[1]}), found another"
            )
        last = (seal.sequence, seal.sha256())
    unsigned = Checkpoint(
        device=device.hex,
        sequence=last[0],
        record=last[1],
        time=now.astimezone(UTC),
        centre=centre.public.hex,
        signature="0" * 128,
    )
    return unsigned.model_copy(update={"signature": centre.sign(unsigned.claim()).hex()})


def check_checkpoint(where: str, checkpoint: Checkpoint, centres: Collection[PublicKey]) -> Iterator[Difference]:
    """Whether its key signed it, and is one of `centres` where there are any."""
    key = PublicKey(checkpoint.centre)
    if centres and key not in centres:
        given = ", ".join(one.fingerprint for one in centres)
        yield Difference(f"{where}: centre", f"a key with the fingerprint {given}", key.fingerprint)
    if not key.verifies(bytes.fromhex(checkpoint.signature), checkpoint.claim()):
        yield Difference(f"{where}: signature", "one by centre over the other fields", "one that does not fit them")


CHECKPOINTS = "checkpoints.jsonl"
"""Beside a device's ledger: what the centre countersigned of it, as the device received it."""


def read_checkpoints(path: Path) -> tuple[list[Checkpoint], list[Difference]]:
    """Those of a file of lines, and what is none. Raises EvidenceError where the file cannot be read."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise EvidenceError(f"checkpoints {path}: {error.strerror}") from error
    checkpoints, differences = [], []
    for number, line in enumerate(lines, 1):
        checkpoint, faults = read_stated(f"{path.name}: line {number}", line, Checkpoint)
        differences += faults
        checkpoints += [checkpoint] if checkpoint else []
    return checkpoints, differences
