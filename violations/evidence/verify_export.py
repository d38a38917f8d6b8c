"""Checks an exported zip: the package in it as any package, and everything beside it against the package."""

import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from violations.errors import EvidenceError
from violations.evidence.difference import Difference, read_stated
from violations.evidence.disk import CHUNK_BYTES
from violations.evidence.export import NOTES, SUMMARY, SUMS, names_in_order, verifier_files
from violations.evidence.keys import PublicKey
from violations.evidence.record import Manifest
from violations.evidence.statement import STATEMENT, Derivative, ExportStatement, check_statement
from violations.evidence.verify import PackageCheck, check_package
from violations.evidence.zip_frame import frame_differences

LARGEST_BYTES = 1 << 30
MOST_ENTRIES = 1000
LARGEST_BESIDE_BYTES = 4_000_000
LARGEST_DIRECTORY_BYTES = 1_000_000
LONGEST_END_BYTES = 22 + (1 << 16)
INSIDE = re.compile(r"package/([\w-][\w.-]{0,199})/([\w-][\w.-]{0,79})")
MASKED = re.compile(r"masked/([\w-][\w.-]{0,199})/([\w-][\w.-]{0,79})")


@dataclass(frozen=True, slots=True)
class ExportCheck:
    """package: as of any package, with what differs beside it. statement: of the exporter; None in a zip of a time when
    there were none, which is not masked."""

    package: PackageCheck
    statement: ExportStatement | None


def check_export(path: Path, keys: Collection[PublicKey] = ()) -> ExportCheck:
    """Raises EvidenceError where the file is no zip with one package, or too large to be one."""
    try:
        _check_directory(path)
        with zipfile.ZipFile(path) as archive, TemporaryDirectory() as scratch:
            return _check(path, archive, Path(scratch), keys)
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise EvidenceError(f"export {path}: wanted a zip that can be read, found: {error}") from error


def _check(path: Path, archive: zipfile.ZipFile, scratch: Path, keys: Collection[PublicKey]) -> ExportCheck:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_BYTES:
        raise EvidenceError(f"export {path}: wanted at most {MOST_ENTRIES} files and {LARGEST_BYTES} bytes, found more")
    _check_beside_sizes(path, entries)
    inside = {entry.filename: match for entry in entries if (match := INSIDE.fullmatch(entry.filename))}
    masked = {entry.filename: match for entry in entries if (match := MASKED.fullmatch(entry.filename))}
    folders = {match.group(1) for match in inside.values()}
    if len(folders) != 1:
        raise EvidenceError(f"export {path}: wanted one package in it, found {len(folders)}")
    folder = scratch / folders.pop()
    folder.mkdir()
    sums = {name: _copy(archive, name, folder / match.group(2)) for name, match in inside.items()}
    sums |= {name: _copy(archive, name, scratch / "masked") for name in masked}
    beside = {name: archive.read(name) for name in sorted(archive.NameToInfo.keys() - inside.keys() - masked.keys())}
    statement, faults = _statement(beside)
    derivatives = statement.derivatives if statement else ()
    check = check_package(folder, keys=keys, elsewhere={one.original for one in derivatives})
    doubled = [name for name, times in Counter(entry.filename for entry in entries).items() if times > 1]
    differences = [*faults, *(Difference(name, "one such file in the zip", "more than one") for name in doubled)]
    if statement is not None:
        differences += check_statement(statement, check.manifest_sha256)
    found = {name: (match.group(1), match.group(2), sums[name]) for name, match in masked.items()}
    differences += _check_masked(folder.name, check.manifest, derivatives, found)
    differences += _check_beside(check, beside, sums, stated=statement is not None)
    names = [entry.filename for entry in entries]
    if check.manifest is not None:
        differences += _check_order(names, names_in_order(folder.name, check.manifest, check, statement))
    differences += frame_differences(path, entries)
    return ExportCheck(replace(check, differences=(*check.differences, *differences)), statement)


def _check_directory(path: Path) -> None:
    """A zip's list of files is read whole into memory: look at how long it says it is before (APPNOTE 4.3.16)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - LONGEST_END_BYTES))
        end = file.read()
    place = end.rfind(b"PK\5\6")
    if place < 0 or len(end) < place + 22:
        raise zipfile.BadZipFile("no end of a zip")
    entries, directory_bytes = struct.unpack("<HI", end[place + 10 : place + 16])
    if entries > MOST_ENTRIES or directory_bytes > LARGEST_DIRECTORY_BYTES or size > LARGEST_BYTES:
        raise EvidenceError(f"export {path}: wanted at most {MOST_ENTRIES} files and {LARGEST_BYTES} bytes, found more")


def _check_beside_sizes(path: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    """What lies beside package and pictures is read whole."""
    for entry in entries:
        media = INSIDE.fullmatch(entry.filename) or MASKED.fullmatch(entry.filename)
        if not media and entry.file_size > LARGEST_BESIDE_BYTES:
            what = f"wanted {entry.filename[:100]!r} of at most {LARGEST_BESIDE_BYTES} bytes"
            raise EvidenceError(f"export {path}: {what}, found {entry.file_size}")


def _statement(beside: Mapping[str, bytes]) -> tuple[ExportStatement | None, list[Difference]]:
    content = beside.get(STATEMENT)
    if content is None:
        return None, []
    statement, faults = read_stated(STATEMENT, content, ExportStatement)
    if statement is not None and statement.written() != content:
        faults = [*faults, Difference(STATEMENT, "each field that says something, once", "one that says nothing")]
    return statement, faults


def _check_masked(
    folder: str,
    manifest: Manifest | None,
    derivatives: Collection[Derivative],
    found: Mapping[str, tuple[str, str, str]],
) -> Iterator[Difference]:
    """Each derivative is there as stated and names an original of the manifest; nothing else lies with them."""
    originals = {file.name: file.sha256 for file in manifest.files} if manifest else {}
    there = {(place, name): digest for place, name, digest in found.values()}
    for one in derivatives:
        if originals.get(one.original) != one.original_sha256:
            wanted = f"a file of the manifest with SHA-256 {one.original_sha256}"
            yield Difference(f"{STATEMENT}: {one.original}", wanted, originals.get(one.original) or "no such file")
        digest = there.pop((folder, one.name), None)
        if digest != one.sha256:
            yield Difference(f"masked/{folder}/{one.name}", f"SHA-256 {one.sha256}", digest or "none")
    for place, name in sorted(there):
        yield Difference(f"masked/{place}/{name}", "no such file", f"one that {STATEMENT} does not name")


def _check_order(names: Sequence[str], wanted: Sequence[str]) -> Iterator[Difference]:
    """Names that are lacking, or too many, are said elsewhere."""
    if sorted(names) == sorted(wanted):
        for one, other in zip(wanted, names, strict=True):
            if one != other:
                yield Difference("zip: order of its files", one, other)
                return


def _copy(archive: zipfile.ZipFile, name: str, target: Path) -> str:
    digest = sha256()
    with archive.open(name) as source, target.open("wb") as copy:
        while chunk := source.read(CHUNK_BYTES):
            copy.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()


def _check_beside(
    check: PackageCheck, beside: dict[str, bytes], sums: dict[str, str], *, stated: bool
) -> Iterator[Difference]:
    """The key and signature are those of the seal; the rest is as SHA256SUMS says, which vouches for nothing more."""
    derived = verifier_files(check)
    wanted = {SUMMARY, NOTES, SUMS, *derived, *([STATEMENT] if stated or STATEMENT in beside else [])}
    for name in sorted(wanted - beside.keys()):
        yield Difference(name, "a file in the zip", "none")
    for name in sorted(beside.keys() - wanted):
        yield Difference(name, "no such file", "one that belongs to no export")
    for name in sorted(derived.keys() & beside.keys()):
        if derived[name] != beside[name]:
            yield Difference(name, "what seal.json says", "other bytes")
    sums |= {name: sha256(content).hexdigest() for name, content in beside.items() if name != SUMS}
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()
    listed = beside.get(SUMS, lines).split(b"\n")
    for line, found in zip(lines.split(b"\n"), listed, strict=False):
        if line != found:
            yield Difference(SUMS, line.decode(), found.decode(errors="replace"))
            return
    if len(listed) != lines.count(b"\n") + 1:
        yield Difference(SUMS, f"{len(sums)} lines", f"{len(listed) - 1}")
