"""Checks a device's ledger, alone or with the packages beside it: which record differs first."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from violations.errors import EvidenceError
from violations.evidence.checkpoint import Checkpoint, check_checkpoint
from violations.evidence.difference import Difference, changed_fields
from violations.evidence.keys import PublicKey
from violations.evidence.ledger import LEDGER
from violations.evidence.seal import NO_RECORD, SEAL, Hold, Line, Purge, Seal, check_seal, read_line
from violations.evidence.verify import MANIFEST, check_package


@dataclass(frozen=True, slots=True)
class LedgerCheck:
    """differences: in the order of the records, then the checkpoints'; none = sound as far as it goes.

    lines: the readable records. vouched: up to which record a sound checkpoint speaks; beyond it a cut end would go
    unseen, unless the packages are there.
    """

    differences: tuple[Difference, ...]
    lines: tuple[Line, ...]
    vouched: int

    @property
    def purged(self) -> dict[str, Purge]:
        """The receipts of packages that are gone for good, by the SHA-256 of their manifests."""
        return {line.manifest: line for line in self.lines if isinstance(line, Purge)}

    @property
    def held(self) -> frozenset[str]:
        """The manifests of packages under a legal hold at the ledger's end."""
        return frozenset(held_packages(self.lines))


@dataclass(frozen=True, slots=True)
class FolderCheck:
    """differences: the ledger's, then each package's in the order of names. signed, hashed: how many packages."""

    differences: tuple[Difference, ...]
    ledger: LedgerCheck
    signed: int
    hashed: int


def check_ledger(
    content: bytes,
    keys: Collection[PublicKey] = (),
    checkpoints: Sequence[Checkpoint] = (),
    centres: Collection[PublicKey] = (),
) -> LedgerCheck:
    """Look at every byte of a ledger's file.

    keys: one of them must have signed; without keys all records must be of one key, whoever's it is. checkpoints: what
    the centre countersigned for this device; those of other devices are left aside. centres: keys that may countersign.
    """
    *lines, rest = content.split(b"\n")
    read = [read_line(_record(number), line) for number, line in enumerate(lines, 1)]
    records = tuple(record for record, _ in read if record)
    differences = [*_walk(lines, read, keys), *_check_story(records)]
    if rest:
        differences.append(Difference(_record(len(lines) + 1), "a whole line", f"{len(rest)} bytes without its end"))
    hashes = {number: sha256(line).hexdigest() for number, line in enumerate(lines, 1)}
    device = records[0].public_key if records else None
    vouched = 0
    for checkpoint in checkpoints:
        if device is None or checkpoint.device == device:
            faults = [*_against(checkpoint, hashes, centres)]
            differences += faults
            vouched = vouched if faults else max(vouched, checkpoint.sequence)
    return LedgerCheck(tuple(differences), records, vouched)


def check_folder(
    root: Path,
    keys: Collection[PublicKey] = (),
    checkpoints: Sequence[Checkpoint] = (),
    centres: Collection[PublicKey] = (),
) -> FolderCheck:
    """A ledger and the packages beside it, each against the other; with `keys` every package must be signed.

    Raises EvidenceError where it cannot be read.
    """
    path = root / LEDGER
    try:
        ledger = check_ledger(path.read_bytes(), keys, checkpoints, centres)
        folders = sorted(one for one in root.iterdir() if one.is_dir() and not one.name.startswith("."))
    except OSError as error:
        raise EvidenceError(f"ledger {path}: wanted one I can read, found: {error.strerror}") from error
    lines = {line.manifest: line.line() for line in ledger.lines if isinstance(line, Seal)}
    purged = ledger.purged
    differences, signed, hashed = list(ledger.differences), 0, 0
    for folder in folders:
        check = check_package(folder, keys=keys)
        differences += [Difference(f"{folder.name}/{one.where}", one.wanted, one.found) for one in check.differences]
        signed, hashed = signed + (check.seal is not None), hashed + (check.seal is None)
        if check.seal is not None:
            differences += _both_ways(folder, check.seal, lines.pop(check.manifest_sha256, None))
        if check.manifest_sha256 in purged:
            differences.append(Difference(folder.name, "no such package: its purge is recorded", "it is still here"))
    for manifest in (one for one in lines if one not in purged):
        differences.append(Difference(f"package {manifest}", "the package that the ledger records", "none here"))
    return FolderCheck(tuple(differences), ledger, signed, hashed)


def _walk(
    lines: Sequence[bytes], read: Sequence[tuple[Line | None, list[Difference]]], keys: Collection[PublicKey]
) -> Iterator[Difference]:
    """After a break the walk goes on from what it found, so that one loss is not said of every record after it."""
    sequence, previous = 1, NO_RECORD
    first = next((seal.device for seal, _ in read if seal), None)
    trusted = keys or ((first,) if first else ())
    for number, (line, (seal, faults)) in enumerate(zip(lines, read, strict=True), 1):
        yield from faults
        if seal is not None:
            where = _record(number)
            if seal.sequence != sequence:
                yield Difference(f"{where}: sequence", str(sequence), str(seal.sequence))
            if seal.previous != previous:
                yield Difference(f"{where}: previous", previous, seal.previous)
            yield from check_seal(where, seal, trusted)
            sequence = seal.sequence
        sequence, previous = sequence + 1, sha256(line).hexdigest()


def held_packages(lines: Iterable[Line]) -> set[str]:
    """The manifests that the last word on them holds."""
    held: set[str] = set()
    for line in lines:
        if isinstance(line, Hold):
            (held.add if line.held else held.discard)(line.manifest)
    return held


def _check_story(lines: Iterable[Line]) -> Iterator[Difference]:
    """Holds and receipts are about packages recorded before; nothing is purged twice, or while it is held."""
    made: set[str] = set()
    gone: set[str] = set()
    held: set[str] = set()
    for line in lines:
        where = _record(line.sequence)
        if isinstance(line, Seal):
            made.add(line.manifest)
            continue
        if line.manifest not in made:
            yield Difference(f"{where}: manifest", "a package recorded before", line.manifest)
        if isinstance(line, Hold):
            (held.add if line.held else held.discard)(line.manifest)
        elif line.manifest in gone or line.manifest in held:
            found = "purged twice" if line.manifest in gone else "purged while it was held"
            yield Difference(where, f"the purge of a package that was there to be purged: {line.manifest}", found)
        else:
            gone.add(line.manifest)


def _against(checkpoint: Checkpoint, hashes: dict[int, str], centres: Collection[PublicKey]) -> Iterator[Difference]:
    where = f"checkpoint {checkpoint.sequence}"
    yield from check_checkpoint(where, checkpoint, centres)
    found = hashes.get(checkpoint.sequence)
    if found != checkpoint.record:
        wanted = f"SHA-256 {checkpoint.record}, which the centre countersigned"
        yield Difference(_record(checkpoint.sequence), wanted, found or "none: the ledger ends before it")


def _both_ways(folder: Path, seal: Seal, line: bytes | None) -> Iterator[Difference]:
    if line is None:
        yield Difference(f"{folder.name}/{MANIFEST}", f"a record in {LEDGER}", "none: the record was taken out")
    else:
        yield from changed_fields(f"{folder.name}/{SEAL}", line, seal.line())


def _record(number: int) -> str:
    return f"{LEDGER}: record {number}"
