"""From the sums of one cell to the facts of an area: density, speed, queue and delay of each lane."""

from collections.abc import Iterator
from math import hypot

import numpy as np

from vision.arrays import F64
from vision.events.facts import Figure, LaneFacts, LevelOfService, Place
from vision.traffic.facts.cells import Cell, Peak
from vision.traffic.facts.delay import control_delay, time_in_queue
from vision.traffic.facts.doubt import NOT_PEDESTRIAN, Doubt, figure, unknown
from vision.traffic.facts.footprint import SHAPE_SHARE
from vision.traffic.facts.grades import Basis, level_of_service
from vision.traffic.facts.head import Head
from vision.traffic.facts.lane_speed import lane_length, no_length, space_mean_speed
from vision.traffic.facts.lanes import Lanes
from vision.traffic.facts.layout import Layout


def lane_facts(head: Head, cell: Cell, layout: Layout, doubt: Doubt) -> Iterator[LaneFacts]:
    """One for each lane; none where no moment was watched, for an area says nothing then."""
    for lane in range(len(layout.lanes)) if cell.watched_s else ():
        yield _facts(head, cell, lane, layout, doubt)


def _facts(head: Head, cell: Cell, lane: int, layout: Layout, doubt: Doubt) -> LaneFacts:
    lanes, peak = layout.lanes, cell.peaks[lane]
    present, present_units = _means(cell.present[lane], cell, doubt)
    length_km, length_share = lane_length(lanes, lane)
    densities = [
        _per_km(mean, length_km, length_share) if length_km else unknown(no_length(lanes))
        for mean in (present, present_units)
    ]
    delay = control_delay(cell, (lane,), layout, doubt)
    return LaneFacts(
        **head._asdict(),
        lane=lanes.names[lane],
        present_veh=present,
        present_pcu=present_units,
        area_occupancy=_area(cell, lane, doubt),
        density_veh_km=densities[0],
        density_pcu_km=densities[1],
        space_mean_speed_mps=space_mean_speed(cell, lane, lanes),
        stops=doubt.vehicles(cell.stops[lane]),
        queue_mean_veh=_means(cell.queued[lane], cell, doubt)[0],
        **_queue(peak, lanes, lane, doubt),
        queue_back=None if peak is None else Place(x=round(peak.x, 4), y=round(peak.y, 4)),
        queue_beyond_view=peak is not None and peak.beyond_view,
        time_in_queue_s=time_in_queue(cell, (lane,), doubt),
        control_delay_s=delay,
        level_of_service=_grade(layout, lane, delay, densities[1], doubt),
    )


def _means(by_kind_s: F64, cell: Cell, doubt: Doubt) -> tuple[Figure, Figure]:
    """Mean number of vehicles, and of units, from (6,) vehicle-seconds."""
    vehicles = by_kind_s * NOT_PEDESTRIAN / cell.watched_s
    mean, units = float(vehicles.sum()), float(vehicles @ doubt.units)
    return figure(mean, mean * doubt.share), figure(units, units * doubt.share)


def _area(cell: Cell, lane: int, doubt: Doubt) -> Figure:
    share = min(float(cell.lanes[lane, 0]) / cell.watched_s, 1.0)
    return figure(share, share * hypot(doubt.share, SHAPE_SHARE))


def _per_km(mean: Figure, length_km: float, length_share: float) -> Figure:
    assert mean.value is not None and mean.error is not None
    return figure(mean.value / length_km, hypot(mean.error, mean.value * length_share) / length_km)


def _queue(peak: Peak | None, lanes: Lanes, lane: int, doubt: Doubt) -> dict[str, Figure]:
    """The longest queue; one of no vehicles is no metres long wherever metres are known."""
    if peak is None:
        nothing = figure(0, 0, 0)
        length = nothing if lanes.measured(lane) else unknown(no_length(lanes))
        return {"queue_veh": nothing, "queue_pcu": nothing, "queue_m": length}
    known = np.isfinite(peak.length_m)
    return {
        "queue_veh": doubt.vehicles(peak.by_kind),
        "queue_pcu": doubt.units_of(peak.by_kind),
        "queue_m": figure(peak.length_m, peak.error_m, peak.vehicles) if known else unknown(no_length(lanes)),
    }


def _grade(layout: Layout, lane: int, delay: Figure, density_pcu: Figure, doubt: Doubt) -> LevelOfService | None:
    """By delay where a stop line ends the lane, else by density, in cars."""
    ending = [approach for approach in layout.approaches if lane in approach.lanes]
    if ending:
        basis: Basis = "hcm_signalised_delay" if ending[0].group else "hcm_unsignalised_delay"
        return level_of_service(delay, basis)
    return level_of_service(density_pcu, "hcm_freeway_density", 1 / doubt.table.units_per_car)
