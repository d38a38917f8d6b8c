"""A package as one zip that a court can open: its files, a summary in two languages, and how to check it."""

import secrets
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jinja2
import yaml
from pydantic import ValidationError

from violations.errors import EvidenceError
from violations.evidence.disk import CHUNK_BYTES, speaking_of, sync_folder, sync_handle
from violations.evidence.keys import PublicKey, SigningKey
from violations.evidence.masked_copy import Painter, derived_names, masked_copy
from violations.evidence.package import UNFINISHED
from violations.evidence.record import EvidenceRecord, Manifest
from violations.evidence.seal import SEAL
from violations.evidence.statement import STATEMENT, BothLanguages, ExportStatement, make_statement
from violations.evidence.verify import MANIFEST, PackageCheck, check_package
from violations.evidence.zip_frame import entry

SUMMARY, NOTES, SUMS = "summary.html", "README.txt", "SHA256SUMS"
VIETNAM = timezone(timedelta(hours=7))
LawOf = Callable[[EvidenceRecord], Sequence[BothLanguages]]


def _no_law(_record: EvidenceRecord) -> Sequence[BothLanguages]:
    return ()


@dataclass(frozen=True, slots=True)
class Exporter:
    """Who lets a package leave: their key, the time their zip states (aware), and what they say the law is.

    law: sentences on the offence of a record, Vietnamese and English; evidence itself knows no law.
    """

    key: SigningKey
    now: datetime
    law: LawOf = _no_law


def export_masked(
    folder: Path, target: Path, exporter: Exporter, painter: Painter, keys: Collection[PublicKey] = ()
) -> PackageCheck:
    """Write the zip `target`, new, once the package is found sound; the check that was made.

    Every picture and the clip go in as masked derivatives. Raises EvidenceError, and what the painter raises, with
    nothing written, where the package differs, `target` is there or cannot be written.
    """
    check, manifest = _sound(folder, keys)
    with speaking_of(f"export to {target}"), TemporaryDirectory(prefix=UNFINISHED, dir=target.parent) as scratch:
        derivatives = masked_copy(folder, manifest, Path(scratch), painter)
        law = tuple(exporter.law(manifest.record))
        statement = make_statement(exporter.key, check.manifest_sha256, exporter.now, derivatives=derivatives, law=law)
        name = folder.resolve().name
        files = {place: folder / place.rpartition("/")[2] for place in _inside(name, manifest, check, statement)}
        files |= {f"masked/{name}/{one.name}": Path(scratch) / one.name for one in derivatives}
        _write_zip(target, files, _beside(name, manifest, check, statement))
    return check


def export_unmasked(
    folder: Path, target: Path, exporter: Exporter, reason: str, keys: Collection[PublicKey] = ()
) -> PackageCheck:
    """As `export_masked`, with the originals themselves: for a court, with the reason in the zip."""
    check, manifest = _sound(folder, keys)
    law = tuple(exporter.law(manifest.record))
    try:
        statement = make_statement(exporter.key, check.manifest_sha256, exporter.now, reason=reason, law=law)
    except ValidationError as error:
        wrong = "wanted a reason of 3 to 500 characters in one line for letting faces and plates of others leave"
        raise EvidenceError(f"export of {folder}: {wrong}, found {_why_no_reason(reason)}") from error
    name = folder.resolve().name
    files = {place: folder / place.rpartition("/")[2] for place in _inside(name, manifest, check, statement)}
    with speaking_of(f"export to {target}"):
        _write_zip(target, files, _beside(name, manifest, check, statement))
    return check


def _why_no_reason(reason: str) -> str:
    if len(reason.splitlines()) > 1:
        return f"one of {len(reason.splitlines())} lines"
    return f"one of {len(reason.strip())} characters" if reason.isprintable() else "one with control characters"


def _sound(folder: Path, keys: Collection[PublicKey]) -> tuple[PackageCheck, Manifest]:
    check = check_package(folder, keys=keys)
    if check.differences or check.manifest is None:
        raise EvidenceError(f"export of {folder}: the package is not sound: {check.differences[0]}")
    return check, check.manifest


def names_in_order(
    folder: str, manifest: Manifest, check: PackageCheck, statement: ExportStatement | None
) -> list[str]:
    """Of all files of the zip with the package `folder`, as they are written."""
    masked = [f"masked/{folder}/{one.name}" for one in statement.derivatives] if statement else []
    stated = [STATEMENT] if statement else []
    beside = [*verifier_files(check), SUMMARY, NOTES, *stated, SUMS]
    return [*_inside(folder, manifest, check, statement), *masked, *beside]


def _inside(folder: str, manifest: Manifest, check: PackageCheck, statement: ExportStatement | None) -> list[str]:
    """The originals that leave."""
    hidden = derived_names(manifest) if statement and statement.masked else ()
    names = [*(file.name for file in manifest.files), MANIFEST, *([SEAL] if check.seal else [])]
    return [f"package/{folder}/{one}" for one in names if one not in hidden]


def _beside(name: str, manifest: Manifest, check: PackageCheck, statement: ExportStatement) -> dict[str, bytes]:
    readable = _readable(name, manifest, check, statement)
    return {**verifier_files(check), **readable, STATEMENT: statement.written()}


def _write_zip(target: Path, files: Mapping[str, Path], extra: Mapping[str, bytes]) -> None:
    unfinished = target.parent / f".{target.name}-{secrets.token_hex(8)}"
    if target.exists():
        raise EvidenceError(f"export to {target}: wanted a name that is free, found a file there")
    try:
        with unfinished.open("xb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                _fill(archive, files, extra)
            file.flush()
            sync_handle(file.fileno(), target)
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(target.parent)


def verifier_files(check: PackageCheck) -> dict[str, bytes]:
    """What other people's tools need to check the signature: the key, the signed bytes, the signature."""
    if check.seal is None:
        return {}
    return {
        "verify/device.pub": check.seal.device.pem(),
        "verify/claim.json": check.seal.claim(),
        "verify/seal.sig": bytes.fromhex(check.seal.signature),
    }


def _fill(archive: zipfile.ZipFile, files: Mapping[str, Path], extra: Mapping[str, bytes]) -> None:
    sums = {name: sha256(content).hexdigest() for name, content in extra.items()}
    for name, file in files.items():
        digest = sha256()
        with file.open("rb") as source, archive.open(entry(name), "w") as copy:
            while chunk := source.read(CHUNK_BYTES):
                copy.write(chunk)
                digest.update(chunk)
        sums[name] = digest.hexdigest()
    for name, content in extra.items():
        archive.writestr(entry(name), content)
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    archive.writestr(entry(SUMS), lines)


def _readable(name: str, manifest: Manifest, check: PackageCheck, statement: ExportStatement) -> dict[str, bytes]:
    derived = {one.original: f"masked/{name}/{one.name}" for one in statement.derivatives}
    facts: dict[str, Any] = {
        "record": manifest.record,
        "files": manifest.files,
        "folder": name,
        "media_of": lambda file: derived.get(file, f"package/{name}/{file}"),
        "statement": statement,
        "manifest_sha256": check.manifest_sha256,
        "seal": check.seal,
        "local_time": manifest.record.time.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S"),
        "words": lambda group, code: _words().get(group, {}).get(str(code), (str(code), str(code))),
    }
    return {
        SUMMARY: _page("summary.html").render(facts).encode(),
        NOTES: _page("verifier_notes.txt").render(facts).encode(),
    }


@cache
def _page(name: str) -> jinja2.Template:
    source = (resources.files("violations.evidence") / name).read_text(encoding="utf-8")
    surroundings = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True)
    return surroundings.from_string(source)


@cache
def _words() -> Mapping[str, Mapping[str, tuple[str, str]]]:
    content = (resources.files("violations.evidence") / "summary_words.yaml").read_text(encoding="utf-8")
    groups: dict[str, dict[str, list[str]]] = yaml.safe_load(content)
    return {group: {code: (vi, en) for code, (vi, en) in codes.items()} for group, codes in groups.items()}
