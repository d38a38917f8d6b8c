"""Checks an evidence package with nothing but the package and public keys: which field or file differs first."""

import hashlib
import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from violations.errors import EvidenceError
from violations.evidence.difference import Difference, changed_fields, read_stated
from violations.evidence.keys import PublicKey
from violations.evidence.record import Manifest
from violations.evidence.seal import SEAL, Seal, check_seal
from violations.evidence.verify_pictures import check_pictures
from vision.events.bodies import MediaFile

__all__ = ["MANIFEST", "Difference", "PackageCheck", "check_package", "verify_package"]

MANIFEST = "manifest.json"
LARGEST_STATED_BYTES = 4_000_000
"""A manifest of ours has some thousands."""
HASH_AT_END = re.compile(r"_([0-9a-f]{12})$")


@dataclass(frozen=True, slots=True)
class PackageCheck:
    """differences: the manifest's first, then the seal's, then the files in the manifest's order; none = sound.

    manifest, seal: None where they cannot be read. A sound package without a seal is hashed, not signed.
    """

    differences: tuple[Difference, ...]
    manifest: Manifest | None
    manifest_sha256: str
    seal: Seal | None


def verify_package(
    folder: Path,
    manifest_sha256: str | None = None,
    original: bytes | None = None,
    keys: Collection[PublicKey] = (),
) -> list[Difference]:
    """Every difference, as `check_package` says them. [] = sound."""
    return list(check_package(folder, manifest_sha256, original, keys).differences)


def check_package(
    folder: Path,
    manifest_sha256: str | None = None,
    original: bytes | None = None,
    keys: Collection[PublicKey] = (),
    elsewhere: Collection[str] = (),
) -> PackageCheck:
    """Look at every byte of the package.

    manifest_sha256: what the finding named; without it the beginning of the hash in the folder's name is checked.
    original: the manifest as it was sent elsewhere; with it the changed fields are named one by one.
    keys: one of them must have sealed the package. Without keys a forger who made a whole new package, sealed with a
    key of his own or not at all, goes unseen in a folder renamed.
    elsewhere: files of the package that are not here on purpose, as in a masked copy.
    Raises EvidenceError where there is no such folder.
    """
    if not folder.is_dir():
        raise EvidenceError(f"evidence {folder}: wanted a folder, found none")
    try:
        content = _small(folder / MANIFEST)
    except OSError as error:
        return PackageCheck((Difference(MANIFEST, "a plain file", _why(error)),), None, "", None)
    found = hashlib.sha256(content).hexdigest()
    differences = [] if original is None else list(changed_fields(MANIFEST, original, content))
    differences += _check_hash(folder, found, manifest_sha256)
    manifest, faults = read_stated(MANIFEST, content, Manifest)
    differences += faults
    if manifest is None:
        return PackageCheck(tuple(differences), None, found, None)
    seal, faults = _check_seal(folder, manifest, found, keys)
    return PackageCheck((*differences, *faults, *_check_files(folder, manifest, elsewhere)), manifest, found, seal)


def _check_hash(folder: Path, found: str, manifest_sha256: str | None) -> Iterator[Difference]:
    in_name = HASH_AT_END.search(folder.resolve().name)
    wanted = manifest_sha256 or (in_name.group(1) if in_name else "")
    if not found.startswith(wanted):
        yield Difference(MANIFEST, f"SHA-256 {wanted}", found)


def _check_seal(
    folder: Path, manifest: Manifest, manifest_sha256: str, keys: Collection[PublicKey]
) -> tuple[Seal | None, list[Difference]]:
    if manifest.device is None:
        wanted = "the seal of one of the keys given"
        return None, [Difference(SEAL, wanted, "none: the package is hashed, not signed")] if keys else []
    try:
        content = _small(folder / SEAL)
    except OSError as error:
        return None, [Difference(SEAL, f"the seal of the device {manifest.device}", _why(error))]
    seal, differences = read_stated(SEAL, content, Seal)
    if seal is None:
        return None, differences
    if seal.manifest != manifest_sha256:
        differences.append(Difference(MANIFEST, f"SHA-256 {seal.manifest}, which was sealed", manifest_sha256))
    if seal.device.fingerprint != manifest.device:
        differences.append(Difference(f"{SEAL}: public_key", f"the device {manifest.device}", seal.device.fingerprint))
    return seal, [*differences, *check_seal(SEAL, seal, keys)]


def _check_files(folder: Path, manifest: Manifest, elsewhere: Collection[str]) -> Iterator[Difference]:
    listed = {file.name for file in manifest.files}
    own = {MANIFEST, SEAL} if manifest.device else {MANIFEST}
    for name in manifest.record.named_files():
        if name not in listed:
            yield Difference(f"{MANIFEST}: files", f"{name}, which the record speaks of", "no such entry")
    for file in manifest.files:
        if file.name not in elsewhere or os.path.lexists(folder / file.name):
            yield from _check_file(folder / file.name, file)
    for name in sorted({path.name for path in folder.iterdir()} - listed - own):
        yield Difference(name, "no such file", "one the manifest does not name")
    yield from check_pictures(folder, manifest.record)


def _check_file(path: Path, wanted: MediaFile) -> Iterator[Difference]:
    try:
        with _plain(path).open("rb") as content:
            size = path.stat().st_size
            digest = hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as error:
        yield Difference(wanted.name, "a plain file", _why(error))
        return
    if size != wanted.size_bytes:
        yield Difference(wanted.name, f"{wanted.size_bytes} bytes", f"{size} bytes")
    elif digest != wanted.sha256:
        yield Difference(wanted.name, f"SHA-256 {wanted.sha256}", digest)


def _small(path: Path) -> bytes:
    """What states something is read whole; raise OSError for what is too large to be that."""
    size = _plain(path).stat().st_size
    if size > LARGEST_STATED_BYTES:
        raise OSError(f"{size} bytes, more than {LARGEST_STATED_BYTES}")
    return path.read_bytes()


def _plain(path: Path) -> Path:
    """Raise OSError unless `path` is a file of this very folder: a link may show another file tomorrow."""
    if path.is_symlink():
        raise OSError("a link")
    if path.exists() and not path.is_file():
        raise OSError("something that is no file")
    return path


def _why(error: OSError) -> str:
    return "none" if isinstance(error, FileNotFoundError) else str(error)
