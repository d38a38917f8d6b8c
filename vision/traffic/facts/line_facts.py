"""From the sums of one cell to the facts at a point."""

from collections.abc import Iterator
from math import hypot, sqrt

from vision.events.facts import Figure, LineFacts
from vision.traffic.facts.cells import Cell
from vision.traffic.facts.doubt import DEVIATIONS, Doubt, figure, scaled, unknown
from vision.traffic.facts.footprint import SHAPE_SHARE
from vision.traffic.facts.head import Head
from vision.traffic.facts.lane_speed import NO_METRES
from vision.traffic.facts.layout import Layout

NOBODY = "nobody passed"
UNWATCHED = "no moment was watched"


def line_facts(head: Head, cell: Cell, layout: Layout, doubt: Doubt) -> Iterator[LineFacts]:
    """One for each line, way and lane; the unlawful way of a lane, and the ground beside lanes, only if one passed."""
    with_lanes = {station.line for station in layout.stations if station.lane is not None}
    for place, station in enumerate(layout.stations):
        expected = station.lawful and (station.lane is not None or station.line not in with_lanes)
        if expected or cell.passed[place].any():
            yield _facts(head, cell, place, layout, doubt)


def _facts(head: Head, cell: Cell, place: int, layout: Layout, doubt: Doubt) -> LineFacts:
    station, passed = layout.stations[place], cell.passed[place]
    vehicles, units = doubt.vehicles(passed), doubt.units_of(passed)
    to_hour = 3600.0 / cell.watched_s if cell.watched_s else None
    spot, space_mean = _speeds(cell, place, layout)
    return LineFacts(
        **head._asdict(),
        line=layout.lines[station.line].name,
        lane=None if station.lane is None else layout.lanes.names[station.lane],
        direction=station.direction,
        volume=doubt.volumes(passed),
        vehicles=vehicles,
        vehicles_pcu=units,
        flow_veh_h=scaled(vehicles, to_hour) if to_hour else unknown(UNWATCHED),
        flow_pcu_h=scaled(units, to_hour) if to_hour else unknown(UNWATCHED),
        spot_speed_mps=spot,
        space_mean_speed_mps=space_mean,
        headway_s=_headway(cell, place, doubt),
        gap_s=_gap(cell, station.detector, doubt),
        occupancy=occupancy(cell, station.detector, doubt),
    )


def _speeds(cell: Cell, place: int, layout: Layout) -> tuple[Figure, Figure]:
    """Time mean and space mean. The calibration errs for all alike, so the error of a mean is the mean error."""
    count, total, slowness, error, slowness_error = cell.speeds[place].tolist()
    if not count:
        why = unknown(NO_METRES if layout.lanes.plane is None else "nobody passed long enough in view", 0)
        return why, why
    spot = figure(total / count, error / count, int(count))
    space_mean = count / slowness
    return spot, figure(space_mean, space_mean**2 * slowness_error / count, int(count))


def _headway(cell: Cell, place: int, doubt: Doubt) -> Figure:
    """A vehicle too many or too few makes headways shorter or longer; the moments' own errors even out but for two."""
    count, total, square = cell.headways[place].tolist()
    if not count:
        return unknown("fewer than two passed without a hole in the watch", 0)
    mean = total / count
    moments_s = DEVIATIONS * sqrt(square / count) / count
    return figure(mean, hypot(mean * doubt.share_of(count), moments_s), int(count))


def _gap(cell: Cell, detector: int, doubt: Doubt) -> Figure:
    _, count, total = cell.detectors[detector].tolist()
    if not count:
        return unknown("fewer than two covered the point without a hole in the watch", 0)
    mean = total / count
    return figure(mean, mean * hypot(doubt.share_of(count), SHAPE_SHARE), int(count))


def occupancy(cell: Cell, detector: int, doubt: Doubt) -> Figure:
    """Share of the watched time in which the detector was covered."""
    if not cell.watched_s:
        return unknown(UNWATCHED)
    share = min(float(cell.detectors[detector, 0]) / cell.watched_s, 1.0)
    return figure(share, share * hypot(doubt.share, SHAPE_SHARE))
