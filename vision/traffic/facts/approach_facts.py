"""From the sums of one cell, and from one green, to the facts of a stop line."""

from collections.abc import Iterable, Iterator

import numpy as np

from vision.arrays import F64
from vision.events.facts import ApproachFacts, Figure, GreenFacts, GreenSlice
from vision.traffic.facts.cells import KINDS, Cell
from vision.traffic.facts.delay import control_delay, time_in_queue
from vision.traffic.facts.doubt import Doubt, figure, scaled, unknown
from vision.traffic.facts.footprint import SHAPE_SHARE
from vision.traffic.facts.grades import Basis, level_of_service
from vision.traffic.facts.greens import SLICE_S, Green
from vision.traffic.facts.head import Head
from vision.traffic.facts.layout import Approach, Layout

NO_LAMP = "no lamp states are known for this stop line"
NO_GREEN = "no green ended in this interval"
NO_WHOLE_GREEN = "no green of this interval was seen from its start to the first seconds of the red after it"
SATURATED = "the queue of the start of green passed within the first slice and one more, or none was seen"
# A detector covered for so much of the green, and of the first five seconds of red, had a queue to the end.
FULL = 0.8


def approach_facts(head: Head, cell: Cell, layout: Layout, doubt: Doubt) -> Iterator[ApproachFacts]:
    for place, approach in enumerate(layout.approaches):
        passed = sum((cell.passed[row] for row in _rows(approach, layout)), np.zeros(KINDS))
        delay = control_delay(cell, approach.lanes, layout, doubt)
        greens, judged, failures, measured, saturation, error = cell.greens[place].tolist()
        on_green, arrived = cell.arrivals[place].tolist()
        basis: Basis = "hcm_signalised_delay" if approach.group else "hcm_unsignalised_delay"
        yield ApproachFacts(
            **head._asdict(),
            stop_line=approach.name,
            signal_group=approach.group,
            vehicles=doubt.vehicles(passed),
            vehicles_pcu=doubt.units_of(passed),
            control_delay_s=delay,
            time_in_queue_s=time_in_queue(cell, approach.lanes, doubt),
            stops=doubt.vehicles(cell.stops[list(approach.lanes)].sum(axis=0)),
            arrivals_on_green=_arrivals(on_green, arrived, doubt),
            greens=int(greens),
            split_failures=figure(failures, 0.0, int(judged))
            if judged
            else unknown(NO_WHOLE_GREEN if greens else NO_GREEN, 0),
            saturation_pcu_h=figure(saturation / measured, error / measured, int(measured))
            if measured
            else unknown(SATURATED if greens else NO_GREEN, 0),
            level_of_service=level_of_service(delay, basis),
        )


def _rows(approach: Approach, layout: Layout) -> list[int]:
    return [
        row
        for row, station in enumerate(layout.stations)
        if station.line == approach.line and station.direction is approach.entering
    ]


def green_facts(head: Head, green: Green, approach: Approach, doubt: Doubt) -> GreenFacts:
    """head: of the green's own time."""
    length_s = head.until_s - head.since_s
    waiting = green.waiting
    occupied, after = _share(green.covered_s, green.watched_s), _share(green.red_covered_s, green.red_watched_s)
    judged = occupied.value is not None and after.value is not None and green.whole
    return GreenFacts(
        **head._asdict(),
        stop_line=approach.name,
        signal_group=approach.group or approach.name,
        whole=green.whole,
        slices=tuple(_slices(green, length_s, doubt)),
        saturation_pcu_h=_saturation(green, length_s, doubt),
        queue_veh=doubt.vehicles(_kinds(waiting.values())) if waiting is not None else unknown(_unseen(approach)),
        queue_pcu=doubt.units_of(_kinds(waiting.values())) if waiting is not None else unknown(_unseen(approach)),
        left_behind_veh=_left_behind(green, approach, doubt),
        arrivals_on_green=_arrivals(*green.arrivals, doubt),
        green_occupancy=occupied,
        red_occupancy=after,
        split_failure=min(occupied.value or 0.0, after.value or 0.0) >= FULL if judged else None,
    )


def add_green(cell: Cell, place: int, facts: GreenFacts) -> None:
    """Take a green into the sums of the interval in which it ended."""
    saturation = facts.saturation_pcu_h
    measured = saturation.value is not None
    judged = facts.split_failure is not None
    cell.greens[place] += (
        1,
        judged,
        bool(facts.split_failure),
        measured,
        saturation.value or 0.0,
        saturation.error or 0.0,
    )


def _slices(green: Green, length_s: float, doubt: Doubt) -> Iterator[GreenSlice]:
    for place in range(int(np.ceil(length_s / SLICE_S - 1e-9))):
        counts = green.slices.get(place, np.zeros(KINDS))
        yield GreenSlice(
            since_s=place * SLICE_S,
            until_s=min((place + 1) * SLICE_S, length_s),
            vehicles=doubt.vehicles(counts),
            vehicles_pcu=doubt.units_of(counts),
        )


def _saturation(green: Green, length_s: float, doubt: Doubt) -> Figure:
    """Mean of the whole slices from the second on, up to the one before the last of the queue had passed."""
    if green.waiting is None:
        return unknown("the queue before the green was not seen")
    still = green.waiting.keys() - green.crossed.keys() - green.lost
    moments = [at_s - green.started_s for at_s in green.crossed.values()]
    until_s = length_s if still else max(moments, default=0.0)
    whole = range(1, int(until_s // SLICE_S))
    if not whole:
        return unknown(SATURATED, 0)
    total = sum((green.slices.get(place, np.zeros(KINDS)) for place in whole), np.zeros(KINDS))
    return scaled(doubt.units_of(total), 3600.0 / (SLICE_S * len(whole)))


def _left_behind(green: Green, approach: Approach, doubt: Doubt) -> Figure:
    if green.waiting is None:
        return unknown(_unseen(approach))
    still = [kind for track, kind in green.waiting.items() if track not in green.crossed and track not in green.lost]
    return doubt.vehicles(_kinds(still))


def _kinds(kinds: Iterable[int]) -> F64:
    return np.bincount(np.array(list(kinds), np.int64), minlength=KINDS).astype(np.float64)


def _unseen(approach: Approach) -> str:
    return "the queue before the green was not seen" if approach.lanes else "the stop line names no lanes"


def _arrivals(on_green: float, all_: float, doubt: Doubt) -> Figure:
    """A share of few is itself unsure: one vehicle more or less on either side, and the detector's own doubt."""
    if not all_:
        return unknown(f"{NO_LAMP}, or nobody arrived while they were", 0)
    share = on_green / all_
    return figure(share, min(1.0, doubt.half_width(all_) / all_), int(all_))


def _share(covered_s: float, watched_s: float) -> Figure:
    if not watched_s:
        return unknown("it was not watched")
    share = min(covered_s / watched_s, 1.0)
    return figure(share, share * SHAPE_SHARE)
