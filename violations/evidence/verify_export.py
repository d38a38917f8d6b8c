"""Checks an exported zip: the package in it as any package, and everything beside it against the package."""

import re
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from violations.errors import EvidenceError
from violations.evidence.difference import Difference
from violations.evidence.disk import CHUNK_BYTES
from violations.evidence.export import NOTES, SUMMARY, SUMS, verifier_files
from violations.evidence.keys import PublicKey
from violations.evidence.verify import PackageCheck, check_package

LARGEST_BYTES = 1 << 30
MOST_ENTRIES = 1000
INSIDE = re.compile(r"package/([\w-][\w.-]{0,199})/([\w-][\w.-]{0,79})")


def check_export(path: Path, keys: Collection[PublicKey] = ()) -> PackageCheck:
    """Raises EvidenceError where the file is no zip with one package, or too large to be one."""
    try:
        with zipfile.ZipFile(path) as archive, TemporaryDirectory() as scratch:
            return _check(path, archive, Path(scratch), keys)
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise EvidenceError(f"export {path}: wanted a zip that can be read, found: {error}") from error


def _check(path: Path, archive: zipfile.ZipFile, scratch: Path, keys: Collection[PublicKey]) -> PackageCheck:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > LARGEST_BYTES:
        raise EvidenceError(f"export {path}: wanted at most {MOST_ENTRIES} files and {LARGEST_BYTES} bytes, found more")
    inside = {entry.filename: match for entry in entries if (match := INSIDE.fullmatch(entry.filename))}
    folders = {match.group(1) for match in inside.values()}
    if len(folders) != 1:
        raise EvidenceError(f"export {path}: wanted one package in it, found {len(folders)}")
    folder = scratch / folders.pop()
    folder.mkdir()
    sums = {name: _copy(archive, name, folder / match.group(2)) for name, match in inside.items()}
    check = check_package(folder, keys=keys)
    beside = {name: archive.read(name) for name in sorted(archive.NameToInfo.keys() - inside.keys())}
    doubled = [name for name, times in Counter(entry.filename for entry in entries).items() if times > 1]
    differences = [Difference(name, "one such file in the zip", "more than one") for name in doubled]
    return replace(check, differences=(*check.differences, *differences, *_check_beside(check, beside, sums)))


def _copy(archive: zipfile.ZipFile, name: str, target: Path) -> str:
    digest = sha256()
    with archive.open(name) as source, target.open("wb") as copy:
        while chunk := source.read(CHUNK_BYTES):
            copy.write(chunk)
            digest.update(chunk)
    return digest.hexdigest()


def _check_beside(check: PackageCheck, beside: dict[str, bytes], sums: dict[str, str]) -> Iterator[Difference]:
    """The key and signature are those of the seal; the rest is as SHA256SUMS says, which vouches for nothing more."""
    derived = verifier_files(check)
    wanted = {SUMMARY, NOTES, SUMS, *derived}
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
