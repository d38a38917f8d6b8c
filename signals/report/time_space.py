"""The time-space diagram of a coordinated street: greens at each stop line, the bands between them, who really came.

Time runs to the right over two cycles, the street upwards; above each line stand the outbound greens, below it the
inbound ones, since both directions rarely have the same. Arrivals measured by cameras are dots, folded into the cycle.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from signals.optimize.corridor.coordinate import Coordination
from signals.optimize.corridor.street import Street
from signals.plan.check import green_spans
from signals.report.svg import Anchor, Drawing
from signals.report.words import Words

WIDTH_PX, LEFT_PX, RIGHT_PX = 760, 150, 748
TOP_PX, FOOT_PX, LEAST_GAP_PX, PER_METRE_PX = 30, 46, 46, 0.28
GREEN_PX, DOT_PX = 6, 2.2
CYCLES = 2


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who came to a stop line: at_s on the street's clock, where the first junction's cycle starts at 0."""

    junction: str
    outbound: bool
    at_s: float


def draw_time_space(street: Street, found: Coordination, arrivals: Sequence[Arrival], words: Words) -> Drawing:
    places_px = _places_px(street)
    height_px = places_px[0] + FOOT_PX
    title = words("wave.title", street=street.name, cycle=words.number(found.cycle_s))
    drawing = Drawing(WIDTH_PX, height_px, title)
    drawing.text("title", 8, 16, title)
    _draw_bands(drawing, found, places_px)
    for place, (part, y) in enumerate(zip(found.parts, places_px, strict=True)):
        offset = words("wave.offset", offset=words.number(part.plan.offset_s))
        drawing.text("name", 8, y, part.junction.name)
        drawing.text("tick", 8, y + 14, offset)
        drawing.line("axis", LEFT_PX, y, RIGHT_PX, y)
        stop = street.stops[place]
        for movement, top in ((stop.outbound, y - GREEN_PX - 1), (stop.inbound, y + 1)):
            for since_s, until_s in _shown(found, place, movement):
                drawing.rect("go", _x(since_s, found), top, _x(until_s, found) - _x(since_s, found), GREEN_PX)
    _draw_arrivals(drawing, found, arrivals, places_px)
    _draw_ticks(drawing, found, height_px - FOOT_PX + 20, words)
    return drawing


def time_space_rows(street: Street, found: Coordination, arrivals: Sequence[Arrival]) -> Iterator[tuple[str, ...]]:
    """The diagram as a table: kind, junction, way, place_m, since_s, until_s within the cycle; the header first.

    A band's row says when its front and its back pass the stop line; an arrival's two times are the same.
    """
    yield "kind", "junction", "way", "place_m", "since_s", "until_s"
    wave, cycle_s = found.wave, found.cycle_s
    bands = (("outbound", wave.outbound_s, wave.outbound_at_s), ("inbound", wave.inbound_s, wave.inbound_at_s))
    places_m = dict(zip((part.junction.name for part in found.parts), street.positions_m(), strict=True))
    for place, (stop, part) in enumerate(zip(street.stops, found.parts, strict=True)):
        name, place_m = part.junction.name, f"{places_m[part.junction.name]:g}"
        for way, movement in (("outbound", stop.outbound), ("inbound", stop.inbound)):
            for span in green_spans(part.plan, part.junction, movement):
                since_s = (part.plan.offset_s + span.start_s) % cycle_s
                yield "green", name, way, place_m, f"{since_s:g}", f"{since_s + span.length_s:g}"
        for way, width_s, at_s in bands:
            if width_s > 0:
                front_s = at_s[place] % cycle_s
                yield "band", name, way, place_m, f"{front_s:.2f}", f"{front_s + width_s:.2f}"
    for one in arrivals:
        at = f"{one.at_s % cycle_s:.2f}"
        yield "arrival", one.junction, "outbound" if one.outbound else "inbound", f"{places_m[one.junction]:g}", at, at


def on_green(
    street: Street, found: Coordination, arrivals: Sequence[Arrival]
) -> dict[tuple[str, bool], tuple[int, int]]:
    """(junction, outbound) → how many of the measured arrivals came on green, of how many."""
    told: dict[tuple[str, bool], tuple[int, int]] = {}
    rows = {part.junction.name: place for place, part in enumerate(found.parts)}
    for one in arrivals:
        part, stop = found.parts[rows[one.junction]], street.stops[rows[one.junction]]
        spans = green_spans(part.plan, part.junction, stop.outbound if one.outbound else stop.inbound)
        at_s = one.at_s - part.plan.offset_s
        green = any((at_s - span.start_s) % found.cycle_s < span.length_s for span in spans)
        hits, of = told.get((one.junction, one.outbound), (0, 0))
        told[one.junction, one.outbound] = (hits + green, of + 1)
    return told


def _places_px(street: Street) -> list[float]:
    """Of each stop, from the top; the first at the bottom. Neighbours keep room for their words."""
    gaps_px = [max(link.length_m * PER_METRE_PX, LEAST_GAP_PX) for link in street.outbound]
    return [TOP_PX + 20 + sum(gaps_px[place:]) for place in range(len(street.stops))]


def _x(at_s: float, found: Coordination) -> float:
    return LEFT_PX + (RIGHT_PX - LEFT_PX) * at_s / (CYCLES * found.cycle_s)


def _shown(found: Coordination, place: int, movement: str) -> Iterator[tuple[float, float]]:
    """The greens of a movement that fall into the picture, cut at its edges."""
    part, cycle_s = found.parts[place], found.cycle_s
    for span in green_spans(part.plan, part.junction, movement):
        for cycle in range(-1, CYCLES):
            since_s = (part.plan.offset_s + span.start_s) % cycle_s + cycle * cycle_s
            low_s, high_s = max(since_s, 0.0), min(since_s + span.length_s, CYCLES * cycle_s)
            if high_s > low_s:
                yield low_s, high_s


def _draw_bands(drawing: Drawing, found: Coordination, places_px: Sequence[float]) -> None:
    """Each band between neighbours, in every cycle whose part of it lies wholly in the picture."""
    wave, end_s = found.wave, CYCLES * found.cycle_s
    for look, width_s, at_s in (
        ("band first", wave.outbound_s, wave.outbound_at_s),
        ("band second", wave.inbound_s, wave.inbound_at_s),
    ):
        stations = list(zip(at_s, places_px, strict=True)) if width_s > 0 else []
        for (here_s, here_px), (there_s, there_px) in pairwise(stations):
            for cycle in range(-len(places_px) - CYCLES, CYCLES + 1):
                shift_s = cycle * found.cycle_s
                corners = [
                    (here_s + shift_s, here_px),
                    (here_s + width_s + shift_s, here_px),
                    (there_s + width_s + shift_s, there_px),
                    (there_s + shift_s, there_px),
                ]
                if all(0 <= at <= end_s for at, _ in corners):
                    drawing.path(look, "M" + "L".join(f"{_x(at, found):.1f} {y:.1f}" for at, y in corners) + "Z")


def _draw_arrivals(
    drawing: Drawing, found: Coordination, arrivals: Sequence[Arrival], places_px: Sequence[float]
) -> None:
    rows = {part.junction.name: place for place, part in enumerate(found.parts)}
    for one in arrivals:
        y = places_px[rows[one.junction]] + (-GREEN_PX - 6 if one.outbound else GREEN_PX + 6)
        for cycle in range(CYCLES):
            drawing.dot("dot", _x(one.at_s % found.cycle_s + cycle * found.cycle_s, found), y, DOT_PX)


def _draw_ticks(drawing: Drawing, found: Coordination, y: float, words: Words) -> None:
    for half in range(2 * CYCLES + 1):
        at_s = half * found.cycle_s / 2
        drawing.line("grid", _x(at_s, found), TOP_PX - 4, _x(at_s, found), y - 12)
        anchor: Anchor = "end" if half == 2 * CYCLES else "middle"
        drawing.text("tick", _x(at_s, found), y, words.number(at_s, 0 if at_s == int(at_s) else 1), anchor)
    drawing.text("tick", RIGHT_PX, y + 18, words("wave.axis"), "end")
