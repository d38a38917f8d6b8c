"""Writes an evidence package: a folder with pictures, a clip and a manifest that is there whole or not at all."""

import re
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from violations.errors import EvidenceError
from violations.evidence.canonical import canonical_json
from violations.evidence.disk import speaking_of, sync_folder, write_synced
from violations.evidence.record import EvidenceRecord, Manifest
from violations.evidence.verify import MANIFEST, verify_package
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
    """A package on disk. media: its files, the manifest last, as a Finding names them."""

    folder: Path
    manifest_sha256: str
    media: tuple[MediaFile, ...]


def write_package(root: Path, record: EvidenceRecord, files: Sequence[EvidenceFile]) -> Package:
    """Write a folder below `root`; when this returns, all of it is on the disk.

    The folder's name is the time, the camera, the offence and the beginning of the manifest's SHA-256. Writing the
    same again gives the package that is there. Raises EvidenceError with nothing left behind (no room, a name twice, a
    file the record speaks of and nobody gave), EvidenceBroken when the disk failed.
    """
    _check_names(record, files)
    what = f"evidence of {record.offence} by track {record.track} of {record.camera}/{record.boot}"
    unfinished = root / f"{UNFINISHED}{secrets.token_hex(8)}"
    with speaking_of(what):
        try:
            unfinished.mkdir(parents=True)
            media = _write_files(unfinished, record, files)
            sync_folder(unfinished)
            return _publish(unfinished, root, record, media)
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
    wrong = [name for name in names if name == MANIFEST or not PLAIN_NAME.fullmatch(name)]
    if wrong:
        raise EvidenceError(f"evidence: wanted plain file names other than {MANIFEST}, found {', '.join(wrong)}")
    absent = [name for name in record.named_files() if name not in names]
    if absent:
        raise EvidenceError(f"evidence: the record speaks of {', '.join(absent)}, which was not given")


def _write_files(folder: Path, record: EvidenceRecord, files: Sequence[EvidenceFile]) -> tuple[MediaFile, ...]:
    """Every file, then the manifest that names them; the manifest is the last of the result."""
    try:
        media = tuple(_write_file(folder, file) for file in files)
        manifest = canonical_json(Manifest(record=record, files=media).model_dump(mode="json"))
    except ValueError as error:
        raise EvidenceError(f"evidence: {error}") from error
    digest, size = write_synced(folder / MANIFEST, manifest)
    last = MediaFile(name=MANIFEST, shows="manifest", sha256=digest, size_bytes=size, media_type="application/json")
    return (*media, last)


def _write_file(folder: Path, file: EvidenceFile) -> MediaFile:
    digest, size = write_synced(folder / file.name, file.data)
    return MediaFile(name=file.name, shows=file.shows, sha256=digest, size_bytes=size, media_type=file.media_type)


def _publish(unfinished: Path, root: Path, record: EvidenceRecord, media: tuple[MediaFile, ...]) -> Package:
    digest = media[-1].sha256
    folder = root / f"{record.time:%Y%m%dT%H%M%SZ}_{record.camera}_{record.offence}_{digest[:HASH_IN_NAME]}"
    if folder.exists():
        _check_same(folder, digest)
        shutil.rmtree(unfinished)
    else:
        unfinished.rename(folder)
    sync_folder(root)
    return Package(folder, digest, media)


def _check_same(folder: Path, digest: str) -> None:
    differences = verify_package(folder, digest)
    if differences:
        raise EvidenceError(f"evidence {folder}: it was written before and has changed since: {differences[0]}")
