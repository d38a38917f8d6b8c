"""A package as one zip that a court can open: its files, a summary in two languages, and how to check it."""

import secrets
import zipfile
from collections.abc import Collection, Mapping
from datetime import timedelta, timezone
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
import yaml

from violations.errors import EvidenceError
from violations.evidence.disk import CHUNK_BYTES, speaking_of, sync_folder, sync_handle
from violations.evidence.keys import PublicKey
from violations.evidence.record import Manifest
from violations.evidence.seal import SEAL
from violations.evidence.verify import MANIFEST, PackageCheck, check_package

SUMMARY, NOTES, SUMS = "summary.html", "README.txt", "SHA256SUMS"
VIETNAM = timezone(timedelta(hours=7))
# Zip knows no time before 1980 and none of ours matters: the same package always gives the same bytes.
STAMP = (1980, 1, 1, 0, 0, 0)


def export_package(folder: Path, target: Path, keys: Collection[PublicKey] = ()) -> PackageCheck:
    """Write the zip `target`, new, once the package is found sound; the check that was made.

    The package goes in whole and unmasked. Raises EvidenceError, with nothing written, where the package differs,
    `target` is there or cannot be written.
    """
    check = check_package(folder, keys=keys)
    if check.differences or check.manifest is None:
        raise EvidenceError(f"export of {folder}: the package is not sound: {check.differences[0]}")
    name = folder.resolve().name
    extra = {**verifier_files(check), **_readable(name, check.manifest, check)}
    inside = [*(file.name for file in check.manifest.files), MANIFEST, *([SEAL] if check.seal else [])]
    unfinished = target.parent / f".{target.name}-{secrets.token_hex(8)}"
    with speaking_of(f"export to {target}"):
        if target.exists():
            raise EvidenceError(f"export to {target}: wanted a name that is free, found a file there")
        try:
            with unfinished.open("xb") as file:
                with zipfile.ZipFile(file, "w") as archive:
                    _fill(archive, folder, {f"package/{name}/{one}": one for one in inside}, extra)
                file.flush()
                sync_handle(file.fileno(), target)
            unfinished.rename(target)
        finally:
            unfinished.unlink(missing_ok=True)
        sync_folder(target.parent)
    return check


def verifier_files(check: PackageCheck) -> dict[str, bytes]:
    """What other people's tools need to check the signature: the key, the signed bytes, the signature."""
    if check.seal is None:
        return {}
    return {
        "verify/device.pub": check.seal.device.pem(),
        "verify/claim.json": check.seal.claim(),
        "verify/seal.sig": bytes.fromhex(check.seal.signature),
    }


def _fill(archive: zipfile.ZipFile, folder: Path, inside: Mapping[str, str], extra: Mapping[str, bytes]) -> None:
    sums = {name: sha256(content).hexdigest() for name, content in extra.items()}
    for name, file in inside.items():
        digest = sha256()
        with (folder / file).open("rb") as source, archive.open(zipfile.ZipInfo(name, STAMP), "w") as copy:
            while chunk := source.read(CHUNK_BYTES):
                copy.write(chunk)
                digest.update(chunk)
        sums[name] = digest.hexdigest()
    for name, content in extra.items():
        archive.writestr(zipfile.ZipInfo(name, STAMP), content)
    lines = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
    archive.writestr(zipfile.ZipInfo(SUMS, STAMP), lines)


def _readable(name: str, manifest: Manifest, check: PackageCheck) -> dict[str, bytes]:
    facts: dict[str, Any] = {
        "record": manifest.record,
        "files": manifest.files,
        "folder": name,
        "media": f"package/{name}",
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
