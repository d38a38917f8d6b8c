"""When a signal group will be green and red next (status S0025), by the plan that is selected."""

from datetime import timedelta

from signals.control.rsmp.site.equipment import StatusContent
from signals.control.rsmp.virtual.works import Works
from signals.control.rsmp.wire.messages import timestamp
from signals.plan.check import green_spans

# Whatever may come between moves a change of a plan by about so much.
SPREAD_S = 5.0
SURE_PERCENT, UNSURE_PERCENT = 80, 20


def predicted(it: Works, component: str, now_s: float) -> dict[str, StatusContent]:
    """Times of the next beginning of green and of the next end of it; unsure while somebody orders stages."""
    plan = it.programs.timing(it.plan(now_s))
    movement = it.cabinet.table.movements[it.layout.groups.index(component)]
    second = (now_s - plan.offset_s) % plan.cycle_s
    spans = green_spans(plan, it.layout.junction, movement)
    waits_s = {
        "ToG": min((span.start_s - second) % plan.cycle_s for span in spans),
        "ToR": min((span.start_s + span.length_s - second) % plan.cycle_s for span in spans),
    }
    sure = not (it.orders.any or it.priorities.active) and not it.cabinet.starting
    told: dict[str, StatusContent] = {}
    for to, wait_s in waits_s.items():
        for name, after_s in (("min", max(0.0, wait_s - SPREAD_S)), ("likely", wait_s), ("max", wait_s + SPREAD_S)):
            told[f"{name}{to}Estimate"] = timestamp(it.utc(now_s) + timedelta(seconds=after_s))
        told[f"{to}Confidence"] = str(SURE_PERCENT if sure else UNSURE_PERCENT)
    return told
