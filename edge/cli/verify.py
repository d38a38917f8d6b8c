"""`ngatu verify`: is this evidence what the device made, checked offline with public keys alone."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Literal
from zipfile import is_zipfile

import typer
from rich.console import Console
from rich.text import Text

from edge.cli import exits, exporting
from edge.cli.damaged_zip import damage
from edge.cli.options import JsonOption
from edge.cli.verdict import Verdict, sentences
from edge.errors import UsageError
from violations.errors import EvidenceError
from violations.evidence.checkpoint import CHECKPOINTS, Checkpoint, read_checkpoints
from violations.evidence.difference import Difference
from violations.evidence.keys import PublicKey, load_public_key
from violations.evidence.ledger import LEDGER
from violations.evidence.verify import MANIFEST, PackageCheck, check_package
from violations.evidence.verify_export import ExportCheck, check_export
from violations.evidence.verify_ledger import LedgerCheck, check_folder, check_ledger

LARGEST_LEDGER_BYTES = 1 << 27
LEDGER_WORDS = (b'"public_key"', b'"previous"', b'"signature"')
"""Every line of a ledger holds them: a damaged ledger has some left, another file has none."""
PACKAGES = f"*_{'[0-9a-f]' * 12}/{MANIFEST}"
"""Packages in a folder: the beginning of the manifest's hash ends their names."""
RAW_KEY = re.compile(r"[0-9a-f]{64}")


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
        Path | None,
        typer.Option("--export", help="Write the package, found sound, as a zip with a summary; others are masked."),
    ] = None,
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="Export the originals, with everybody's face and plate; needs --reason.")
    ] = False,
    reason: Annotated[
        str | None, typer.Option("--reason", help="Why the originals leave; it stands in the zip.")
    ] = None,
    sign_with: Annotated[
        Path | None, typer.Option("--sign-with", help="The exporter's own key file; by default one made for this user.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check evidence offline; exit 1 and name the first field or file that differs."""
    keys, centres = tuple(map(public_key, key or ())), tuple(map(public_key, centre_key or ()))
    if (unmasked or reason is not None) and (export is None or not (unmasked and reason is not None)):
        raise UsageError(
            "--unmasked, --reason: wanted both beside --export, or neither; masked is what leaves by itself"
        )
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
        if verdict.kind != "package":
            raise UsageError(f"--export: wanted one package, found {path}, which is of the kind {verdict.kind}")
        exporting.export(path, export, reason, sign_with, keys)


def public_key(word: str) -> PublicKey:
    """A PEM file's or the raw one in hex. Raises EvidenceKeyError."""
    return PublicKey(word) if RAW_KEY.fullmatch(word) else load_public_key(Path(word).expanduser())


def judge(path: Path, trust: Trust, faults: Sequence[Difference] = ()) -> Verdict:
    """Look at whatever `path` is. faults: what was already found wrong with the checkpoints.

    Raises UsageError where it is nothing of ours, EvidenceError where it cannot be read.
    """
    if path.is_dir() and (path / LEDGER).exists():
        trust, faults = _with_kept(trust, faults, path / CHECKPOINTS)
        folder = check_folder(path, trust.keys, trust.checkpoints, trust.centres)
        ledger = replace(folder.ledger, differences=(*faults, *folder.differences))
        counted = _of_ledger(path, "evidence", ledger, trust)
        return replace(counted, packages=folder.signed + folder.hashed, hashed=folder.hashed)
    packages = len([*path.glob(PACKAGES)])
    if packages and not (path / MANIFEST).exists():
        return _without_ledger(path, packages, trust, faults)
    if path.is_dir():
        if not (path / MANIFEST).exists():
            raise UsageError(f"{path}: wanted a folder with {MANIFEST} or {LEDGER} in it, found neither")
        return _of_package(path, "package", check_package(path, keys=trust.keys), trust, faults)
    if path.suffix == ".zip" or is_zipfile(path):
        return _judge_export(path, trust, faults)
    content = _ledger_in(path)
    trust, faults = _with_kept(trust, faults, path.parent / CHECKPOINTS)
    ledger = check_ledger(content, trust.keys, trust.checkpoints, trust.centres)
    return _of_ledger(path, "ledger", replace(ledger, differences=(*faults, *ledger.differences)), trust)


def _without_ledger(path: Path, packages: int, trust: Trust, faults: Sequence[Difference]) -> Verdict:
    """Packages lie here and nothing says in which order, nor whether there were more: the ledger was taken away."""
    lost = Difference(LEDGER, "the device's ledger beside its packages", "none")
    return replace(_of_ledger(path, "evidence", LedgerCheck((lost, *faults), (), 0), trust), packages=packages)


def _ledger_in(path: Path) -> bytes:
    """Raises UsageError for what cannot be read or was never a ledger: then nothing can be compared line by line."""
    wanted = f"{path}: wanted a package, an exported zip, a ledger or a folder of evidence"
    try:
        if path.stat().st_size > LARGEST_LEDGER_BYTES:
            raise UsageError(f"{wanted}, found a file of more than {LARGEST_LEDGER_BYTES} bytes")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{wanted}, found: {error.strerror}") from error
    if content and path.name != LEDGER and not any(word in content for word in LEDGER_WORDS):
        raise UsageError(f"{wanted}, found a file that is none of them")
    return content


def _with_kept(trust: Trust, faults: Sequence[Difference], file: Path) -> tuple[Trust, Sequence[Difference]]:
    """With the checkpoints that the device keeps beside its ledger, if it has any."""
    if not file.exists():
        return trust, faults
    kept, more = read_checkpoints(file)
    return replace(trust, checkpoints=(*trust.checkpoints, *kept)), (*faults, *more)


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


def _judge_export(path: Path, trust: Trust, faults: Sequence[Difference]) -> Verdict:
    try:
        check = check_export(path, trust.keys)
    except EvidenceError as error:
        damaged = damage(path, error)
        if damaged is None:
            raise
        check = ExportCheck(PackageCheck((damaged,), None, "", None), None)
    return _of_export(path, check, trust, faults)


def _of_export(path: Path, check: ExportCheck, trust: Trust, faults: Sequence[Difference]) -> Verdict:
    verdict, statement = _of_package(path, "export", check.package, trust, faults), check.statement
    if statement is None:
        return verdict
    masked = len(statement.derivatives)
    return replace(verdict, masked=masked, exporter=statement.key.fingerprint, reason=statement.reason)


def _of_ledger(path: Path, kind: Literal["ledger", "evidence"], check: LedgerCheck, trust: Trust) -> Verdict:
    device = check.lines[0].device if check.lines else None
    return Verdict(
        path=str(path),
        kind=kind,
        standing="differs" if check.differences else "signed" if device else "hashed",
        device=device.fingerprint if device else None,
        key_given=bool(trust.keys),
        packages=0,
        hashed=0,
        records=len(check.lines),
        vouched=check.vouched,
        purged=len(check.purged),
        held=len(check.held),
        differences=check.differences,
    )
