"""Deletes packages with a receipt, and holds them back from that: what is gone, when and why, stands in the ledger."""

import secrets
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from violations.errors import EvidenceError
from violations.evidence.disk import speaking_of, sync_folder
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.package import UNFINISHED
from violations.evidence.retention import Package
from violations.evidence.seal import Hold, Purge, Seal
from violations.evidence.verify import check_package
from violations.evidence.verify_ledger import held_packages

LONGEST_WHY = 300


def packages_of(root: Path) -> list[Package]:
    """Every package below `root`, looked at byte by byte, in the order of names. Raises EvidenceError."""
    with speaking_of(f"evidence {root}"):
        folders = sorted(one for one in root.iterdir() if one.is_dir() and not one.name.startswith("."))
    return [_look(folder) for folder in folders]


def _look(folder: Path) -> Package:
    check = check_package(folder)
    return Package(
        folder=folder.name,
        manifest=check.manifest_sha256,
        record=check.manifest.record if check.manifest else None,
        sealed=check.seal is not None,
        sound=not check.differences,
    )


def set_hold(ledger: EvidenceLedger, manifest: str, *, held: bool, who: str, why: str, now: datetime) -> Hold:
    """Forbid, or allow again, that a package be purged. Raises EvidenceError for one that the ledger does not hold, and
    for a hold that says nothing new."""
    lines = ledger.lines()
    if manifest not in {line.manifest for line in lines if isinstance(line, Seal)}:
        raise EvidenceError(f"hold: wanted a package that {ledger.path} records, found {manifest}")
    if manifest in {line.manifest for line in lines if isinstance(line, Purge)}:
        raise EvidenceError(f"hold: the package {manifest} is gone: {ledger.path} holds the receipt of its purge")
    if held == (manifest in held_packages(lines)):
        raise EvidenceError(f"hold: the package {manifest} is {'held already' if held else 'not held'}")
    return ledger.note(Hold, manifest, held=held, time=now, who=who, why=why)


def purge(ledger: EvidenceLedger, package: Package, *, rule: str, why: str, now: datetime) -> Purge:
    """The receipt first, then the package is deleted; a crash between the two is finished by `finish_purges`.

    Raises EvidenceError, with the package as it was, where it is held meanwhile or the receipt cannot be written.
    """
    if package.manifest in held_packages(ledger.lines()):
        raise EvidenceError(f"purge of {package.folder}: it is under a legal hold")
    receipt = ledger.note(Purge, package.manifest, folder=package.folder, time=now, rule=rule, why=why[:LONGEST_WHY])
    _delete(ledger.path.parent, package.folder)
    return receipt


def finish_purges(ledger: EvidenceLedger) -> list[str]:
    """Delete what has its receipt and is still there; the names of the folders."""
    receipts = [line for line in ledger.lines() if isinstance(line, Purge)]
    return list(_finish(ledger.path.parent, receipts))


def _finish(root: Path, receipts: list[Purge]) -> Iterator[str]:
    for receipt in receipts:
        folder = root / Path(receipt.folder).name
        if folder.is_dir() and check_package(folder).manifest_sha256 == receipt.manifest:
            _delete(root, folder.name)
            yield receipt.folder


def _delete(root: Path, name: str) -> None:
    """Out of sight at once, whole; what a crash leaves of it is removed with other unfinished things."""
    aside = root / f"{UNFINISHED}{secrets.token_hex(8)}"
    with speaking_of(f"purge of {name}"):
        (root / name).rename(aside)
        sync_folder(root)
        shutil.rmtree(aside)
        sync_folder(root)
