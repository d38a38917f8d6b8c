"""`ngatu evidence`: what a device keeps, for how long, and who forbade that it be deleted."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from edge.agent.folder import EVIDENCE, OUTBOX
from edge.cli import exits
from edge.cli.options import AGENT_FOLDER, DataOption, InsecureOption, JsonOption
from edge.errors import UsageError
from edge.outbox.needed import needed_files
from edge.transport.packages import ask_centre
from edge.transport.proof import DEVICE_KEY
from violations.evidence import retention
from violations.evidence.checkpoint import CHECKPOINTS, Checkpoint, read_checkpoints
from violations.evidence.gate import VIETNAM
from violations.evidence.keys import load_key
from violations.evidence.ledger import LEDGER, EvidenceLedger
from violations.evidence.present import Present, Witness, first_seen
from violations.evidence.purge import finish_purges, packages_of, purge, set_hold
from violations.evidence.retention import Known, Package, Verdict, judge_packages, load_rules
from violations.evidence.verify import MANIFEST, check_package
from violations.evidence.verify_ledger import held_packages


@dataclass(frozen=True, slots=True)
class Asked:
    """Who else shall say something: a centre, and a person who looked at a calendar."""

    centre: str | None
    today: datetime | None
    insecure: bool


app = typer.Typer(no_args_is_help=True, help="What the device keeps as evidence, for how long, and what is held.")

RulesOption = Annotated[Path | None, typer.Option("--rules", help="Rules of retention (YAML); by default ours.")]
AskOption = Annotated[
    str | None,
    typer.Option("--centre", help="Ask this centre which cases are open; without it nothing sent is purged."),
]
TodayOption = Annotated[
    datetime | None,
    typer.Option("--today", formats=["%Y-%m-%d"], help="The day by a calendar: a second word beside this box's clock."),
]
WhoOption = Annotated[str, typer.Option("--who", help="Who decides so.")]
WhyOption = Annotated[str, typer.Option("--why", help="Why; it stands in the ledger.")]
PackageArgument = Annotated[Path, typer.Argument(help="The folder of one package.")]


@app.command("list")
def list_(
    *,
    data: DataOption = AGENT_FOLDER,
    rules: RulesOption = None,
    centre: AskOption = None,
    today: TodayOption = None,
    insecure: InsecureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Every package, how long it is kept, and what holds it. Changes nothing."""
    ledger = _ledger(data)
    verdicts, present = _judge(ledger, data, rules, Asked(centre, today, insecure))
    _say(verdicts, [], present, as_json=as_json)


@app.command("purge")
def purge_(
    *,
    data: DataOption = AGENT_FOLDER,
    rules: RulesOption = None,
    centre: AskOption = None,
    today: TodayOption = None,
    insecure: InsecureOption = False,
    as_json: JsonOption = False,
) -> None:
    """Delete what its rule lets go, each with a signed receipt in the ledger; what is held, unsent, or of an open case
    stays, and so does what is old by this box's clock alone."""
    ledger = _ledger(data)
    finish_purges(ledger)
    verdicts, present = _judge(ledger, data, rules, Asked(centre, today, insecure))
    now, gone = datetime.now(UTC), []
    for verdict in verdicts:
        if verdict.kept is None and verdict.rule is not None:
            why = f"kept for {verdict.rule.keep_days} days after it was recorded, as rule {verdict.rule.name} says"
            purge(ledger, verdict.package, rule=verdict.rule.name, why=why, now=now)
            gone.append(verdict.package.folder)
    _say(verdicts, gone, present, as_json=as_json)


@app.command()
def hold(package: PackageArgument, *, who: WhoOption, why: WhyOption) -> None:
    """Forbid that a package be purged, by whatever rule."""
    _set_hold(package, held=True, who=who, why=why)


@app.command()
def release(package: PackageArgument, *, who: WhoOption, why: WhyOption) -> None:
    """Take a hold back."""
    _set_hold(package, held=False, who=who, why=why)


def _set_hold(package: Path, *, held: bool, who: str, why: str) -> None:
    if not (package / MANIFEST).is_file():
        raise UsageError(f"{package}: wanted the folder of one package, found no {MANIFEST} in it")
    root = package.expanduser().absolute().parent
    ledger = _ledger(root.parent, root)
    manifest = check_package(package).manifest_sha256
    line = set_hold(ledger, manifest, held=held, who=who, why=why, now=datetime.now(UTC))
    done = "is held" if held else "is held no longer"
    Console().print(Text(f"{package.name}: {done} (record {line.sequence} of {ledger.path})"), soft_wrap=True)


def _ledger(data: Path, root: Path | None = None) -> EvidenceLedger:
    """The ledger of an agent's folder, with the device's own key. Raises UsageError, EvidenceError."""
    data = data.expanduser().absolute()
    root = root or data / EVIDENCE
    if not (root / LEDGER).is_file():
        raise UsageError(f"--data: wanted the folder of an agent with evidence, found no {LEDGER} in {root}")
    return EvidenceLedger.open(root, load_key(data / DEVICE_KEY))


def _judge(ledger: EvidenceLedger, data: Path, rules: Path | None, ask: Asked) -> tuple[list[Verdict], Present]:
    data = data.expanduser().absolute()
    written, packages, outbox = load_rules(rules), packages_of(ledger.path.parent), data / OUTBOX
    lines = ledger.lines()
    known = Known(
        held=held_packages(lines),
        unsent=needed_files(outbox) if outbox.exists() else (),
        needs_asking=outbox.exists(),
    )
    said = None
    if ask.centre is not None:
        said = ask_centre(ask.centre, data, (one.manifest for one in packages), allow_insecure=ask.insecure)
        known = retention.Known(known.held, known.unsent, said.open, said.unknown, asked=True)
    witness, other = _witness(said.at if said else None, ask.today, packages)
    seen = first_seen(lines, _checkpoints(ledger.path.parent / CHECKPOINTS))
    present = Present(datetime.now(UTC), witness, other, seen)
    return judge_packages(packages, written, known, present), present


def _witness(
    centre: datetime | None, today: datetime | None, packages: Sequence[Package]
) -> tuple[Witness | None, datetime | None]:
    """The best word that there is beside this box's clock. A day by a calendar counts to its end in Vietnam."""
    if centre is not None:
        return Witness.CENTRE, centre
    if today is not None:
        return Witness.PERSON, today.replace(hour=23, minute=59, tzinfo=VIETNAM)
    times = [one.record.time for one in packages if one.record is not None and one.sealed and one.sound]
    return (Witness.NEWEST, max(times)) if times else (None, None)


def _checkpoints(file: Path) -> list[Checkpoint]:
    """What the centre countersigned; a file that is damaged vouches for nothing."""
    return read_checkpoints(file)[0] if file.exists() else []


def _say(verdicts: Sequence[Verdict], gone: Sequence[str], present: Present, *, as_json: bool) -> None:
    if as_json:
        document = {
            "packages": [*_documents(verdicts, gone)],
            "purged": len(gone),
            "witness": present.witness.value if present.witness else None,
            "clocks_disagree": present.disagrees,
        }
        print(json.dumps(document, ensure_ascii=False))
    else:
        Console().print(Text("\n").join(map(Text, _sentences(verdicts, gone, present))), soft_wrap=True)
    if any(verdict.kept is retention.Kept.DIFFERS for verdict in verdicts):
        raise typer.Exit(exits.NOT_FIT)


def _documents(verdicts: Sequence[Verdict], gone: Sequence[str]) -> Iterator[dict[str, object]]:
    for one in verdicts:
        yield {
            "package": one.package.folder,
            "manifest": one.package.manifest,
            "rule": one.rule.name if one.rule else None,
            "due": one.due.isoformat() if one.due else None,
            "kept": one.kept.value if one.kept else None,
            "purged": one.package.folder in gone,
        }


WORDS = {
    retention.Kept.HELD: "held by law; nothing deletes it",
    retention.Kept.OPEN: "its case is open at the centre",
    retention.Kept.UNSENT: "it still waits in the outbox, or was refused and kept aside",
    retention.Kept.UNASKED: "its case may be open: give --centre to ask",
    retention.Kept.UNKNOWN: "the centre has no case of it",
    retention.Kept.DIFFERS: "it is not what was sealed: see `ngatu verify`",
    retention.Kept.UNSEALED: "the ledger does not know it",
    retention.Kept.NO_RULE: "no rule speaks of it",
    retention.Kept.NOT_DUE: "not due yet",
    retention.Kept.NO_WITNESS: "old by this box's clock alone: give --centre or --today",
    retention.Kept.CLOCK: "old by this box's clock, not by the other word for the day: give --centre or --today",
}


WITNESSES = {
    Witness.CENTRE: "the centre",
    Witness.PERSON: "the day given",
    Witness.NEWEST: "the newest package here",
}


def _sentences(verdicts: Sequence[Verdict], gone: Sequence[str], present: Present) -> Iterator[str]:
    if present.disagrees and present.witness is not None and present.other is not None:
        yield (
            f"the clocks disagree: this box says {present.box:%Y-%m-%d %H:%M} UTC, {WITNESSES[present.witness]} says "
            f"{present.other.astimezone(UTC):%Y-%m-%d %H:%M} UTC; the earlier one counts"
        )
    for one in verdicts:
        until = f"until {one.due}, rule {one.rule.name}" if one.rule else "no rule"
        what = "purged" if one.package.folder in gone else WORDS[one.kept] if one.kept else "may be purged"
        yield f"{one.package.folder}: {what} ({until})"
    yield f"{len(verdicts)} packages, {len(gone)} purged"
