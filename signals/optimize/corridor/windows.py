"""The greens of a plan that a band may pass through."""

from signals.optimize.corridor.green_wave import Order, Window
from signals.optimize.corridor.street import Stop
from signals.plan.check import green_spans
from signals.plan.junction import Junction
from signals.plan.timing import TimingPlan


def windows_of(stop: Stop, plan: TimingPlan, junction: Junction) -> Order:
    return Order(
        _less_queue(longest_green(plan, junction, stop.outbound), stop.outbound_queue_s),
        _less_queue(longest_green(plan, junction, stop.inbound), stop.inbound_queue_s),
    )


def longest_green(plan: TimingPlan, junction: Junction, movement: str) -> Window:
    span = max(green_spans(plan, junction, movement), key=lambda one: one.length_s)
    return Window(span.start_s, span.length_s)


def _less_queue(window: Window, queue_s: float) -> Window:
    taken_s = min(queue_s, window.length_s)
    return Window(window.start_s + taken_s, window.length_s - taken_s)
