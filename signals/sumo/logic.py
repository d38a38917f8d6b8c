"""A timing plan as a program of SUMO: one row for each span of time in which no lamp changes."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from xml.etree import ElementTree as ET

import numpy as np

from signals.control.lamps import Aspect
from signals.plan.check import GreenSpan, green_spans
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan
from vision.arrays import I8

# The letters of one state, for the aspects of the junction's movements.
Writer = Callable[[I8], str]


def program_of(signal: str, plan: TimingPlan, junction: Junction, write: Writer, name: str = "plan") -> ET.Element:
    """A `tlLogic`; loaded beside a net it replaces the program of that signal."""
    logic = ET.Element("tlLogic", id=signal, type="static", programID=name, offset=f"{plan.offset_s:g}")
    for seconds, aspects in rows_of(plan, junction):
        ET.SubElement(logic, "phase", duration=f"{seconds:g}", state=write(aspects))
    return logic


def rows_of(plan: TimingPlan, junction: Junction) -> Iterator[tuple[float, I8]]:
    """How long, and (m,) `Aspect` in the order of the junction's movements; the durations add up to the cycle."""
    edges_s = {0.0, plan.cycle_s}
    for each in plan.stages:
        green_end_s = each.start_s + each.green_s
        ends_s = (each.start_s, green_end_s, green_end_s + each.yellow_s, each.end_s)
        edges_s |= {round(time_s % plan.cycle_s, 6) for time_s in ends_s}
    greens = [green_spans(plan, junction, movement.name) for movement in junction.movements]
    for start_s, end_s in pairwise(sorted(edges_s)):
        aspects = [_aspect(spans, (start_s + end_s) / 2, plan.cycle_s, junction.yellow_s) for spans in greens]
        yield end_s - start_s, np.array(aspects, np.int8)


def _aspect(spans: tuple[GreenSpan, ...], at_s: float, cycle_s: float, yellow_s: float) -> Aspect:
    """Green within a span, yellow for so long after it."""
    since_s = [((at_s - span.start_s) % cycle_s) - span.length_s for span in spans]
    if any(over_s < 0 for over_s in since_s):
        return Aspect.GREEN
    return Aspect.YELLOW if any(over_s < yellow_s for over_s in since_s) else Aspect.RED
