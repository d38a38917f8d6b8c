"""Writes an evidence package: a folder with pictures, a clip and a manifest that is there whole or not at all."""

import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from violations.errors import EvidenceError
from violations.evidence.disk import speaking_of, sync_folder, write_synced
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.record import EvidenceRecord, Manifest
from violations.evidence.seal import SEAL, Seal
from violations.evidence.verify import MANIFEST, check_package
from vision.events.bodies import MediaFile

UNFINISHED = ".unfinished-"
HASH_IN_NAME = 12
PLAIN_NAME = re.compile(r"[\w-][\w.-]{0,79}")


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """A file to be packed. shows: still_before, still_at, still_after, overlay, clip. data: bytes or a file to copy."""

    name: str
    shows: str
    media_type: str
    data: bytes | Path


@dataclass(frozen=True, slots=True)
class Package:
    """A package on disk. media: its files, the seal if it has one, the manifest last, as a Finding names them."""

    folder: Path
    manifest_sha256: str
    media: tuple[MediaFile, ...]


def write_package(
    root: Path, record: EvidenceRecord, files: Sequence[EvidenceFile], ledger: EvidenceLedger | None = None
) -> Package:
    """Write a folder below `root`; when this returns, all of it is on the disk.

    The folder's name is the time, the camera, the offence and the beginning of the manifest's SHA-256. ledger: that of
    `root`; the package is sealed and its line is on the disk too. Without one it is hashed, not signed. Writing the
    same again gives the package that is there. Raises EvidenceError with nothing left behind (no room, a name twice, a
    file the record speaks of and nobody gave), EvidenceBroken when the disk failed.
    """
    _check_names(record, files)
    what = f"evidence of {record.offence} by track {record.track} of {record.camera}/{record.boot}"
    unfinished = root / f"{UNFINISHED}{secrets.token_hex(8)}"
    with speaking_of(what):
        try:
            unfinished.mkdir(parents=True)
            media = _write_files(unfinished, record, files, ledger.device if ledger else None)
            folder = root / _folder_name(record, media[-1].sha256)
            if folder.exists():
                return _as_before(folder, unfinished, media)
            return _sealed(unfinished, folder, media, ledger) if ledger else _published(unfinished, folder, media)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise


def remove_unfinished(root: Path) -> int:
    """Delete what a crash left half-written below `root`; call it while nothing else writes there. How many folders."""
    left = [folder for folder in root.glob(f"{UNFINISHED}*") if folder.is_dir()]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return len(left)


def _check_names(record: EvidenceRecord, files: Sequence[EvidenceFile]) -> None:
    names = [file.name for file in files]
    doubled = {name for name in names if names.count(name) > 1}
    if doubled:
        raise EvidenceError(f"evidence: wanted each file name once, found {', '.join(sorted(doubled))} again")
    wrong = [name for name in names if name in {MANIFEST, SEAL} or not PLAIN_NAME.fullmatch(name)]
    if wrong:
        raise EvidenceError(f"evidence: wanted plain file names other than {MANIFEST}, found {', '.join(wrong)}")
    absent = [name for name in record.named_files() if name not in names]
    if absent:
        raise EvidenceError(f"evidence: the record speaks of {', '.join(absent)}, which was not given")


def _write_files(
    folder: Path, record: EvidenceRecord, files: Sequence[EvidenceFile], device: str | None
) -> tuple[MediaFile, ...]:
    """Every file, then the manifest that names them; the manifest is the last of the result."""
    try:
        media = tuple(_write_file(folder, file) for file in files)
        manifest = Manifest.of(record, media, device).written()
    except ValueError as error:
        raise EvidenceError(f"evidence: {error}") from error
    return (*media, _write_file(folder, EvidenceFile(MANIFEST, "manifest", "application/json", manifest)))


def _write_file(folder: Path, file: EvidenceFile) -> MediaFile:
    digest, size = write_synced(folder / file.name, file.data)
    return MediaFile(name=file.name, shows=file.shows, sha256=digest, size_bytes=size, media_type=file.media_type)


def _folder_name(record: EvidenceRecord, digest: str) -> str:
    return f"{record.time:%Y%m%dT%H%M%SZ}_{record.camera}_{record.offence}_{digest[:HASH_IN_NAME]}"


def _published(unfinished: Path, folder: Path, media: tuple[MediaFile, ...]) -> Package:
    sync_folder(unfinished)
    unfinished.rename(folder)
    sync_folder(folder.parent)
    return Package(folder, media[-1].sha256, media)


def _sealed(unfinished: Path, folder: Path, media: tuple[MediaFile, ...], ledger: EvidenceLedger) -> Package:
    """In its place with the seal before the ledger has its line; where the line is refused, it does not stay.

    Whoever is killed between the two leaves a package without its line, which the ledger writes when it is opened.
    """
    *others, manifest = media
    try:
        with ledger.next_seal(manifest.sha256) as seal:
            sealed = _write_file(unfinished, _seal_file(seal))
            package = _published(unfinished, folder, (*others, sealed, manifest))
    except (OSError, EvidenceError):
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return package


def _seal_file(seal: Seal) -> EvidenceFile:
    return EvidenceFile(SEAL, "seal", "application/json", seal.line())


def _as_before(folder: Path, unfinished: Path, media: tuple[MediaFile, ...]) -> Package:
    """The package that is there, after a look whether it is still what was written."""
    *others, manifest = media
    found = check_package(folder, manifest.sha256)
    if found.differences:
        raise EvidenceError(f"evidence {folder}: it was written before and has changed since: {found.differences[0]}")
    shutil.rmtree(unfinished)
    if found.seal is None:
        return Package(folder, manifest.sha256, media)
    content = found.seal.line()
    seal = MediaFile(
        name=SEAL,
        shows="seal",
        sha256=sha256(content).hexdigest(),
        size_bytes=len(content),
        media_type="application/json",
    )
    return Package(folder, manifest.sha256, (*others, seal, manifest))
