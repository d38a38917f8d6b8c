"""Camera counts to flows: which line and direction feeds which movement, and whom to believe.

A line that was analysed for too small a share of the time makes its movement unknown, by name, never quietly zero.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

from signals.demand.flows import SHORTEST_PERIOD_S, Flow, Tally, UnknownFlow, flow_from_tallies
from signals.demand.pcu import PcuTable
from signals.errors import DemandError, Fault
from signals.sentences import said
from vision.events.bodies import Counts, Direction
from vision.vehicles import KindName

MIN_COVERAGE = 0.8
OVERLAP_S = 1e-3
"""Interval ends are floats: neighbours may touch by this much without being the same time counted twice."""


@dataclass(frozen=True, slots=True)
class LineMovement:
    """Vehicles over `line` in `direction` are the movement's; `share`: the part of them, if the line feeds several."""

    line: str
    direction: Direction
    movement: str
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class MeasuredFlows:
    """`unknown` movements are named with the reason; `warnings` are sentences about the known ones."""

    flows: tuple[Flow, ...]
    unknown: tuple[UnknownFlow, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _LineTime:
    """How long a line was watched for and how much of that was really analysed."""

    watched_s: float
    seen_s: float

    @property
    def coverage(self) -> float:
        return self.seen_s / self.watched_s


def flows_from_counts(
    counts: Sequence[Counts],
    mapping: Sequence[LineMovement],
    table: PcuTable,
    min_coverage: float = MIN_COVERAGE,
) -> MeasuredFlows:
    """Flows of every movement in `mapping`, in its order.

    Raises DemandError where the same time of one line is counted twice, an interval does not end, or the shares of
    one line and direction add up to more than 1.
    """
    faults = [*_interval_faults(counts), *_overlap_faults(counts), *_share_faults(mapping)]
    if faults:
        raise DemandError(*faults)
    times, totals = _line_times(counts), _line_totals(counts)
    flows: list[Flow] = []
    unknown: list[UnknownFlow] = []
    warnings = list(_unmapped(totals, mapping))
    for movement in dict.fromkeys(entry.movement for entry in mapping):
        entries = [entry for entry in mapping if entry.movement == movement]
        reasons = [why for entry in entries if (why := _doubt(entry, times, min_coverage))]
        if reasons:
            unknown.append(UnknownFlow(movement, " ".join(dict.fromkeys(reasons))))
            continue
        flows.append(_flow(movement, entries, times, totals, table))
        warnings += _short(movement, entries, times)
    return MeasuredFlows(tuple(flows), tuple(unknown), tuple(warnings))


def _flow(
    movement: str,
    entries: list[LineMovement],
    times: dict[str, _LineTime],
    totals: dict[tuple[str, Direction], dict[KindName, int]],
    table: PcuTable,
) -> Flow:
    tallies = [Tally(totals[e.line, e.direction], times[e.line].seen_s, e.share) for e in entries]
    lines = ", ".join(dict.fromkeys(f"{entry.line} {entry.direction}" for entry in entries))
    seen_s = min(times[entry.line].seen_s for entry in entries)
    coverage = min(times[entry.line].coverage for entry in entries)
    origin = f"counted on {lines}, {seen_s:.0f} s analysed, coverage {coverage:.0%}"
    return flow_from_tallies(movement, tallies, table, origin)


def _line_times(counts: Sequence[Counts]) -> dict[str, _LineTime]:
    watched: dict[str, float] = defaultdict(float)
    seen: dict[str, float] = defaultdict(float)
    for body in counts:
        watched[body.line] += body.until_s - body.since_s
        seen[body.line] += (body.until_s - body.since_s) * body.coverage
    return {line: _LineTime(watched[line], seen[line]) for line in watched}


def _line_totals(counts: Sequence[Counts]) -> dict[tuple[str, Direction], dict[KindName, int]]:
    totals: dict[tuple[str, Direction], dict[KindName, int]] = defaultdict(lambda: defaultdict(int))
    for body in counts:
        for direction, kinds in body.counts.items():
            for kind, number in kinds.items():
                totals[body.line, direction][kind] += number
    return totals


def _doubt(entry: LineMovement, times: dict[str, _LineTime], min_coverage: float) -> str | None:
    time = times.get(entry.line)
    if time is None:
        return said("Line {line} sent no counts.", line=entry.line)
    if not time.seen_s or time.coverage < min_coverage:
        return said(
            "Line {line} was analysed for only {coverage:.0%} of the time; at least {min_coverage:.0%} is wanted.",
            line=entry.line,
            coverage=time.coverage,
            min_coverage=min_coverage,
        )
    return None


def _short(movement: str, entries: list[LineMovement], times: dict[str, _LineTime]) -> Iterator[str]:
    seen_s = min(times[entry.line].seen_s for entry in entries)
    if seen_s < SHORTEST_PERIOD_S:
        yield f"Movement {movement} was counted for {seen_s:.0f} s only; {SHORTEST_PERIOD_S:.0f} s is the usual period."


def _unmapped(
    totals: dict[tuple[str, Direction], dict[KindName, int]], mapping: Sequence[LineMovement]
) -> Iterator[str]:
    mapped = {(entry.line, entry.direction) for entry in mapping}
    for (line, direction), kinds in totals.items():
        vehicles = sum(number for kind, number in kinds.items() if kind != "pedestrian")
        if vehicles and (line, direction) not in mapped:
            yield f"{vehicles} vehicles over line {line}, {direction}, belong to no movement and were left out."


def _interval_faults(counts: Sequence[Counts]) -> Iterator[Fault]:
    for i, body in enumerate(counts):
        if not isfinite(body.until_s - body.since_s):
            yield Fault(
                f"counts.{i}",
                said(
                    "Line {line}: {since_s} s to {until_s} s is no interval.",
                    line=body.line,
                    since_s=body.since_s,
                    until_s=body.until_s,
                ),
            )


def _overlap_faults(counts: Sequence[Counts]) -> Iterator[Fault]:
    order = sorted(range(len(counts)), key=lambda i: (counts[i].line, counts[i].since_s, counts[i].until_s))
    for before, after in pairwise(order):
        first, second = counts[before], counts[after]
        if first.line == second.line and second.since_s < first.until_s - OVERLAP_S:
            yield Fault(
                f"counts.{after}",
                said(
                    "Line {line} is counted twice between {since_s:g} s and {until_s:g} s (also in "
                    "counts.{before}): send each interval once, and give the lines of different cameras "
                    "different names.",
                    line=second.line,
                    since_s=second.since_s,
                    until_s=min(first.until_s, second.until_s),
                    before=before,
                ),
            )


def _share_faults(mapping: Sequence[LineMovement]) -> Iterator[Fault]:
    shares: dict[tuple[str, Direction], float] = defaultdict(float)
    for i, entry in enumerate(mapping):
        if not 0 < entry.share <= 1:
            yield Fault(
                f"mapping.{i}.share", said("A share lies above 0 and up to 1, found {share}.", share=entry.share)
            )
        shares[entry.line, entry.direction] += entry.share
        if shares[entry.line, entry.direction] > 1 + 1e-9:
            yield Fault(
                f"mapping.{i}.share",
                said(
                    "Line {line}, {direction}, is given away more than once: its shares add up to {shares:g}.",
                    line=entry.line,
                    direction=entry.direction,
                    shares=shares[entry.line, entry.direction],
                ),
            )
