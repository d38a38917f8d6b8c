"""`ngatu verify`: is this evidence what the device made, checked offline with public keys alone."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.text import Text

from edge.cli import exits
from edge.cli.options import JsonOption
from edge.errors import UsageError
from violations.evidence.checkpoint import Checkpoint, read_checkpoints
from violations.evidence.difference import Difference
from violations.evidence.export import export_package
from violations.evidence.keys import PublicKey, load_public_key
from violations.evidence.ledger import LEDGER
from violations.evidence.verify import MANIFEST, PackageCheck, check_package
from violations.evidence.verify_export import check_export
from violations.evidence.verify_ledger import LedgerCheck, check_folder, check_ledger

RAW_KEY = re.compile(r"[0-9a-f]{64}")
MOST_SHOWN = 20

Standing = Literal["signed", "hashed", "differs"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """standing: signed by the device (by a key that was given, if `key_given`), hashed and not signed, or differing.

    device: fingerprint of the key that signed. packages, records: how many were looked at. vouched: up to which record
    the centre countersigned.
    """

    path: str
    kind: Literal["package", "export", "ledger", "evidence"]
    standing: Standing
    device: str | None
    key_given: bool
    packages: int
    hashed: int
    records: int
    vouched: int
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class Trust:
    """What the caller brought: keys of devices, checkpoints, keys of centres."""

    keys: tuple[PublicKey, ...]
    checkpoints: tuple[Checkpoint, ...]
    centres: tuple[PublicKey, ...]


def verify(
    path: Annotated[
        Path, typer.Argument(help="A package, an exported zip, a ledger, or a folder of evidence.", show_default=False)
    ],
    *,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="A device's public key: a PEM file or 64 hex digits; repeat it.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option("--checkpoint", help="A file of the centre's checkpoints; repeat it.")
    ] = None,
    centre_key: Annotated[
        list[str] | None, typer.Option("--centre-key", help="A centre's public key, like --key; repeat it.")
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", help="Write the package, found sound, as a zip with a summary.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check evidence offline; exit 1 and name the first field or file that differs."""
    keys, centres = tuple(map(public_key, key or ())), tuple(map(public_key, centre_key or ()))
    checkpoints, faults = _read(checkpoint or ())
    verdict = judge(path, Trust(keys, checkpoints, centres), faults)
    if as_json:
        document = {**asdict(verdict), "differences": [asdict(one) for one in verdict.differences]}
        print(json.dumps(document, ensure_ascii=False))
    else:
        Console().print(Text("\n").join(map(Text, sentences(verdict))), soft_wrap=True)
    if verdict.standing == "differs":
        raise typer.Exit(exits.NOT_FIT)
    if export is not None:
        _export(path, verdict, export, keys)


def public_key(word: str) -> PublicKey:
    """A PEM file's or the raw one in hex. Raises EvidenceKeyError."""
    return PublicKey(word) if RAW_KEY.fullmatch(word) else load_public_key(Path(word).expanduser())


def judge(path: Path, trust: Trust, faults: Sequence[Difference] = ()) -> Verdict:
    """Look at whatever `path` is. faults: what was already found wrong with the checkpoints.

    Raises UsageError where it is nothing of ours, EvidenceError where it cannot be read.
    """
    if path.is_dir() and (path / LEDGER).exists():
        folder = check_folder(path, trust.keys, trust.checkpoints, trust.centres)
        ledger = replace(folder.ledger, differences=(*faults, *folder.differences))
        counted = _of_ledger(path, "evidence", ledger, trust)
        return replace(counted, packages=folder.signed + folder.hashed, hashed=folder.hashed)
    if path.is_dir():
        if not (path / MANIFEST).exists():
            raise UsageError(f"{path}: wanted a folder with {MANIFEST} or {LEDGER} in it, found neither")
        return _of_package(path, "package", check_package(path, keys=trust.keys), trust, faults)
    if path.suffix == ".zip":
        return _of_package(path, "export", check_export(path, trust.keys), trust, faults)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: wanted a package, a zip, a ledger or a folder, found: {error.strerror}") from error
    ledger = check_ledger(content, trust.keys, trust.checkpoints, trust.centres)
    return _of_ledger(path, "ledger", replace(ledger, differences=(*faults, *ledger.differences)), trust)


def sentences(verdict: Verdict) -> list[str]:
    """What the operator reads, the verdict first."""
    if verdict.standing == "differs":
        first, *others = verdict.differences
        shown = [f"  {one}" for one in others[:MOST_SHOWN]]
        more = [f"  and {len(others) - MOST_SHOWN} more"] if len(others) > MOST_SHOWN else []
        return [f"{verdict.path}: DIFFERS: {first}", *shown, *more]
    if verdict.standing == "hashed" and verdict.kind in {"ledger", "evidence"}:
        return [f"{verdict.path}: an empty ledger; {verdict.packages} packages, none of them signed"]
    if verdict.standing == "hashed":
        return [f"{verdict.path}: sound; hashed, not signed: whoever made it is not proven"]
    said = [f"{verdict.path}: sound; signed by the device {verdict.device}"]
    if not verdict.key_given:
        said.append("  nobody said that this key is the device's: give it with --key")
    if verdict.kind in {"ledger", "evidence"}:
        looked = f"{verdict.packages} packages, {verdict.hashed} of them not signed"
        said.append(f"  {verdict.records} records; {looked if verdict.kind == 'evidence' else 'no packages looked at'}")
        beyond = verdict.records - verdict.vouched
        if beyond:
            said.append(f"  the last {beyond} records stand under no checkpoint: others may have followed them")
    return said


def _read(files: Sequence[Path]) -> tuple[tuple[Checkpoint, ...], list[Difference]]:
    read = [read_checkpoints(file) for file in files]
    return tuple(one for found, _ in read for one in found), [fault for _, faults in read for fault in faults]


def _of_package(
    path: Path,
    kind: Literal["package", "export"],
    check: PackageCheck,
    trust: Trust,
    faults: Sequence[Difference],
) -> Verdict:
    differences = (*faults, *check.differences)
    return Verdict(
        path=str(path),
        kind=kind,
        standing="differs" if differences else "signed" if check.seal else "hashed",
        device=check.seal.device.fingerprint if check.seal else None,
        key_given=bool(trust.keys),
        packages=1,
        hashed=0 if check.seal else 1,
        records=0,
        vouched=0,
        differences=differences,
    )


def _of_ledger(path: Path, kind: Literal["ledger", "evidence"], check: LedgerCheck, trust: Trust) -> Verdict:
    device = check.seals[0].device if check.seals else None
    return Verdict(
        path=str(path),
        kind=kind,
        standing="differs" if check.differences else "signed" if device else "hashed",
        device=device.fingerprint if device else None,
        key_given=bool(trust.keys),
        packages=0,
        hashed=0,
        records=len(check.seals),
        vouched=check.vouched,
        differences=check.differences,
    )


def _export(path: Path, verdict: Verdict, target: Path, keys: tuple[PublicKey, ...]) -> None:
    if verdict.kind != "package":
        raise UsageError(f"--export: wanted one package, found {path}, which is of the kind {verdict.kind}")
    export_package(path, target.expanduser(), keys)
