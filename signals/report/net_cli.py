"""The commands `ngatu signals import` and `ngatu signals fixed`: from a SUMO net to libraries of plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from signals.errors import Fault, JunctionError, NothingToTimeError, SignalsError
from signals.library.from_net import library_from, library_text, plans_of_net, safe_names
from signals.optimize.fixed.plans import fixed_plans
from signals.plan.timing import TimingPlan, lay_out_stages
from signals.report import telling
from signals.report.places import whole_folder
from signals.report.wave_cli import JsonOption
from signals.sentences import language_of_user, said
from signals.sumo.compare import net_programs, write_programs
from signals.sumo.counts import Counted, lane_demands
from signals.sumo.junctions import ImportRules, SignalJunction, import_junction
from signals.sumo.net import Net, read_net
from signals.sumo.turn_file import counted_turns, read_turns, span_of
from vision.sentences import in_language

NetFile = Annotated[Path, typer.Argument(metavar="NET", help="A SUMO net (*.net.xml, also .gz).")]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="New or empty: a library of plans for each signal.")
]
SignalOption = Annotated[
    list[str] | None, typer.Option("--signal", metavar="ID", help="Only this one; may be repeated.")
]
CycleOption = Annotated[float, typer.Option("--max-cycle", min=20, max=600, help="Longest cycle, seconds.")]
GreenOption = Annotated[float, typer.Option("--min-green", min=1, max=60, help="Least green of a stage, seconds.")]
FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Imported:
    """signals: by name; left_out: those that cannot be timed, with the reason."""

    net: Net
    signals: Mapping[str, SignalJunction]
    left_out: Mapping[str, SignalsError]


def import_net(
    net: NetFile,
    *,
    out: OutOption = None,
    signal: SignalOption = None,
    max_cycle: CycleOption = 120.0,
    min_green: GreenOption = 7.0,
    as_json: JsonOption = False,
) -> None:
    """Make junctions of the signals of a SUMO net: movements, stages, intergreens and the net's own plans.

    Nothing is configured by hand. A program that breaks the limits is left out, with the reason.
    """
    with telling.faults_told("signals import"):
        found = _imported(net, signal, max_cycle, min_green)
        plans = {name: plans_of_net(one) for name, one in found.signals.items()}
        if out is not None:
            _write(out, found.signals, plans)
        _tell_left_out(found)
        if as_json:
            telling.print_json({"signals": [_document(one, plans[name]) for name, one in found.signals.items()]})
        else:
            _print_signals(found.signals)


def fixed_from_turns(
    net: NetFile,
    *,
    turns: Annotated[
        Path, typer.Option(metavar="CSV", help="Turning counts: from, to, begin_s, end_s, vehicles, and pcu if known.")
    ],
    out: OutOption = None,
    max_cycle: CycleOption = 120.0,
    min_green: GreenOption = 7.0,
    as_json: JsonOption = False,
) -> None:
    """Work out fixed plans from turning counts, lane by lane: stages and their order, cycle, greens and offsets.

    With --out the plans are also written as programs for SUMO (fixed.add.xml).
    """
    with telling.faults_told("signals fixed"):
        rows = read_turns(turns)
        counted = counted_turns(rows, read_net(net), turns)
        found = _imported(net, sorted({turn[0] for turn in counted.turns}), max_cycle, min_green)
        plans = _fixed(found, counted, span_of(rows), quiet=as_json)
        if out is not None:
            _write(out, found.signals, {name: {FIXED: plan} for name, plan in plans.items()}, programs=plans)
        _tell_left_out(found)
        if as_json:
            signals = [_document(found.signals[name], {FIXED: plan}) for name, plan in plans.items()]
            telling.print_json({"signals": signals})
        else:
            _print_plans(plans)


def _imported(file: Path, only: Sequence[str] | None, max_cycle_s: float, min_green_s: float) -> Imported:
    """Raises JunctionError for a signal that is not there, and where none can be timed."""
    net, rules = read_net(file), ImportRules(min_green_s=min_green_s, max_cycle_s=max_cycle_s)
    strangers = [name for name in only or () if name not in net.links]
    if strangers:
        known = ", ".join(sorted(net.links)[:20])
        sentence = said("{file} has no signal {name} (it has: {known}).", file=file, name=strangers[0], known=known)
        raise JunctionError(Fault("signal", sentence))
    signals: dict[str, SignalJunction] = {}
    left_out: dict[str, SignalsError] = {}
    for name in sorted(only or net.links):
        try:
            signals[name] = import_junction(net, name, rules)
            library_from(signals[name], plans_of_net(signals[name]))
        except SignalsError as error:
            signals.pop(name, None)
            left_out[name] = error
    if not signals:
        others = [error for error in left_out.values() if not isinstance(error, NothingToTimeError)]
        raise (others or list(left_out.values()))[0]
    return Imported(net, signals, left_out)


def _fixed(found: Imported, counted: Counted, span_s: tuple[float, float], *, quiet: bool) -> dict[str, TimingPlan]:
    demands, feeds = lane_demands(found.net, found.signals, counted, *span_s)
    with Progress(console=Console(stderr=True), transient=True, disable=quiet) as bar:
        task = bar.add_task("signals worked out", total=None)
        made = fixed_plans(demands, feeds, lambda done, of: bar.update(task, completed=done, total=of))
    plans: dict[str, TimingPlan] = {}
    for demand, (plan, offset_s) in zip(demands, made, strict=True):
        junction = found.signals[demand.name].junction
        stages = [junction.stages[row] for row in plan.stages]
        greens = [(stage, float(green_s)) for stage, green_s in zip(stages, plan.greens_s, strict=True)]
        plans[demand.name] = lay_out_stages(junction, greens, float(offset_s))
    return plans


def _write(
    out: Path,
    signals: Mapping[str, SignalJunction],
    plans: Mapping[str, Mapping[str, TimingPlan]],
    programs: Mapping[str, TimingPlan] | None = None,
) -> None:
    """All files or none."""
    texts = {name: library_text(library_from(signals[name], some)) for name, some in plans.items()}
    files = safe_names(texts)
    with whole_folder(out) as folder:
        for name, text in texts.items():
            (folder / f"{files[name]}.yaml").write_text(text, encoding="utf-8")
        if programs is not None:
            write_programs(folder / "fixed.add.xml", net_programs(signals, programs))


def _tell_left_out(found: Imported) -> None:
    for error in found.left_out.values():
        telling.say(error.told(language_of_user()))
    for one in found.signals.values():
        for program, why in one.why_not.items():
            sentence = said(
                "{signal}, program {program}, is left out: {why}", signal=one.name, program=program, why=why
            )
            telling.say(in_language(sentence, language_of_user()))


def _document(one: SignalJunction, plans: Mapping[str, TimingPlan]) -> dict[str, object]:
    return {
        "signal": one.name,
        "movements": [movement.name for movement in one.junction.movements],
        "stages": {stage.name: list(stage.movements) for stage in one.junction.stages},
        "yellow_s": one.junction.yellow_s,
        "plans": {name: _plan_document(plan) for name, plan in plans.items()},
        "left_out": dict(one.why_not),
    }


def _plan_document(plan: TimingPlan) -> dict[str, object]:
    greens_s = [{"stage": stage.stage, "green_s": stage.green_s} for stage in plan.stages]
    return {"cycle_s": plan.cycle_s, "offset_s": plan.offset_s, "greens_s": greens_s}


def _print_signals(signals: Mapping[str, SignalJunction]) -> None:
    table = Table("Signal", "Movements", "Stages", "Yellow", "Longest intergreen", "Plans", box=SIMPLE_HEAD)
    for name, one in signals.items():
        longest_s = max((each.intergreen_s for each in one.junction.intergreens), default=one.junction.yellow_s)
        table.add_row(
            name,
            str(len(one.junction.movements)),
            str(len(one.junction.stages)),
            f"{one.junction.yellow_s:g} s",
            f"{longest_s:g} s",
            ", ".join(plans_of_net(one)),
        )
    Console().print(table)


def _print_plans(plans: Mapping[str, TimingPlan]) -> None:
    table = Table("Signal", "Cycle", "Offset", "Greens, in order", box=SIMPLE_HEAD)
    for name, plan in plans.items():
        greens = "  ".join(f"{stage.stage} {stage.green_s:g}" for stage in plan.stages)
        table.add_row(name, f"{plan.cycle_s:g} s", f"{plan.offset_s:g} s", greens)
    Console().print(table)
