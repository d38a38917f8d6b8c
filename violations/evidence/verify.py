"""Checks an evidence package with nothing but the package: which field or file differs first."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from violations.errors import EvidenceError
from violations.evidence.canonical import canonical_json, read_json
from violations.evidence.record import Manifest
from vision.events.bodies import MediaFile

MANIFEST = "manifest.json"
HASH_AT_END = re.compile(r"_([0-9a-f]{12})$")


@dataclass(frozen=True, slots=True)
class Difference:
    """where: a file, or a field of the manifest such as `manifest.json: record.at_s`."""

    where: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.where}: wanted {self.wanted}, found {self.found}"


def verify_package(folder: Path, manifest_sha256: str | None = None, original: bytes | None = None) -> list[Difference]:
    """Every difference, the manifest's first, then the files in its order, then files it does not name. [] = sound.

    manifest_sha256: what the finding named; without it the beginning of the hash in the folder's name is checked. In
    a folder renamed, with neither, a forger who made a whole new manifest goes unseen.
    original: the manifest as it was sent elsewhere; with it the changed fields are named one by one.
    Raises EvidenceError where there is no such folder.
    """
    if not folder.is_dir():
        raise EvidenceError(f"evidence {folder}: wanted a folder, found none")
    try:
        content = _plain(folder / MANIFEST).read_bytes()
    except OSError as error:
        return [Difference(MANIFEST, "a plain file", _why(error))]
    differences = [*_changed_fields(original, content), *_check_hash(folder, content, manifest_sha256)]
    manifest, faults = _read_manifest(content)
    differences += faults
    if manifest is not None:
        differences += _check_files(folder, manifest)
    return differences


def _check_hash(folder: Path, content: bytes, manifest_sha256: str | None) -> Iterator[Difference]:
    found = hashlib.sha256(content).hexdigest()
    in_name = HASH_AT_END.search(folder.resolve().name)
    wanted = manifest_sha256 or (in_name.group(1) if in_name else "")
    if not found.startswith(wanted):
        yield Difference(MANIFEST, f"SHA-256 {wanted}", found)


def _changed_fields(original: bytes | None, content: bytes) -> Iterator[Difference]:
    if original is None or original == content:
        return
    try:
        yield from _compare(f"{MANIFEST}: ", "", read_json(original), read_json(content))
    except (ValueError, RecursionError) as error:
        yield Difference(MANIFEST, "JSON", str(error))


def _compare(prefix: str, place: str, wanted: object, found: object) -> Iterator[Difference]:
    match wanted, found:
        case dict(), dict():
            for key in sorted(wanted.keys() | found.keys()):
                below = f"{place}.{key}" if place else str(key)
                yield from _compare(prefix, below, wanted.get(key, _Absent), found.get(key, _Absent))
        case list(), list() if len(wanted) == len(found):
            for number, (one, other) in enumerate(zip(wanted, found, strict=True)):
                yield from _compare(prefix, f"{place}[{number}]", one, other)
        case _ if wanted != found or type(wanted) is not type(found):
            yield Difference(prefix + place, _short(wanted), _short(found))


class _Absent:
    """Stands for a field that is not there, which null is not."""


def _short(value: object) -> str:
    return "nothing" if value is _Absent else json.dumps(value, ensure_ascii=False)[:200]


def _read_manifest(content: bytes) -> tuple[Manifest | None, list[Difference]]:
    try:
        if canonical_json(read_json(content)) != content:
            return None, [Difference(MANIFEST, "canonical JSON", "other spacing, order, numbers or doubled fields")]
        return Manifest.model_validate_json(content, strict=True), []
    except ValidationError as error:
        return None, [_fault(one["loc"], one["msg"]) for one in error.errors(include_url=False)]
    except (ValueError, RecursionError) as error:
        return None, [Difference(MANIFEST, "canonical JSON", str(error))]


def _fault(place: tuple[int | str, ...], message: str) -> Difference:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")
    return Difference(f"{MANIFEST}: {path}", "a sound field", message)


def _check_files(folder: Path, manifest: Manifest) -> Iterator[Difference]:
    listed = {file.name for file in manifest.files}
    for name in manifest.record.named_files():
        if name not in listed:
            yield Difference(f"{MANIFEST}: files", f"{name}, which the record speaks of", "no such entry")
    for file in manifest.files:
        yield from _check_file(folder / file.name, file)
    for name in sorted({path.name for path in folder.iterdir()} - listed - {MANIFEST}):
        yield Difference(name, "no such file", "one the manifest does not name")


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


def _plain(path: Path) -> Path:
    """Raise OSError unless `path` is a file of this very folder: a link may show another file tomorrow."""
    if path.is_symlink():
        raise OSError("a link")
    if path.exists() and not path.is_file():
        raise OSError("something that is no file")
    return path


def _why(error: OSError) -> str:
    return "none" if isinstance(error, FileNotFoundError) else str(error)
