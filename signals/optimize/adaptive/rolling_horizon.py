"""The adaptive controller: tries what the next forty seconds could bring, keeps the best beginning, and asks again.

Every decision plays sequences of stages against the vehicles that stand and those that are seen to come, as point
queues that leave at saturation flow, and takes the first stage of the cheapest. The idea is that of schedule-driven
control (Xie, Smith, Lu, Barlow, Transportation Research C 24, 2012); instead of clusters it steps through time with a
beam of the best sequences (Lowerre 1976), so that queues on every lane may grow and empty at once. It learns nothing
and has one set of parameters for all junctions. The same view always gives the same stage.
"""

from dataclasses import dataclass, field

import numpy as np

from signals.optimize.adaptive.view import Service, View
from vision.arrays import F64, I64


@dataclass(frozen=True, slots=True)
class HorizonSettings:
    """
    step_s      length of a step; steps: so many make the horizon
    every       a stage may be left only at every so manieth step, where decisions come that rarely
    beam        sequences kept from step to step
    start_up_s  green lost when a lane begins to move
    tail_s      of yellow that is still driven through
    after_s     what a vehicle that still stands at the end is taken to wait on
    longest_s   nobody waits longer without any green, if every stage can be served once in that time
    """

    step_s: float = 5.0
    steps: int = 8
    every: int = 1
    beam: int = 24
    start_up_s: float = 1.5
    tail_s: float = 1.0
    after_s: float = 10.0
    longest_s: float = 120.0


@dataclass(frozen=True, slots=True)
class Choice:
    """stage: the number of the stage to show next; cost_s: vehicle-seconds foreseen, by first stage (NaN: not allowed);
    overdue: whether it was chosen because somebody had waited too long; leaving: (l, steps) vehicles foreseen to leave
    each lane in each step, for those who stand at the next signal."""

    stage: int
    cost_s: tuple[float, ...]
    overdue: bool = False
    leaving: F64 | None = field(default=None, compare=False, repr=False)


def choose_stage(service: Service, view: View, settings: HorizonSettings | None = None) -> Choice:
    """The stage to show next, or the one that is shown. view.arrivals: (l, settings.steps)."""
    settings = settings or HorizonSettings()
    if not _may_leave(service, view):
        return Choice(view.stage, (np.nan,) * len(service.stages))
    costs_s, leaving = _foreseen(service, view, settings)
    overdue = _overdue(service, view, settings)
    stage = int(np.nanargmin(costs_s)) if overdue is None else overdue
    return Choice(stage, tuple(costs_s.tolist()), overdue is not None, leaving.get(stage))


def _may_leave(service: Service, view: View) -> bool:
    return bool(view.green_s >= service.min_green_s[view.stage])


def _overdue(service: Service, view: View, settings: HorizonSettings) -> int | None:
    """The stage that serves whoever has waited longest, once a round that serves every lane is all the time left."""
    if not _may_leave(service, view):
        return None
    duty = service.serves.argmax(axis=0)
    turn_s = service.min_green_s + service.intergreen_s.max(axis=1)
    round_s = float(turn_s[np.unique(duty)].sum() + turn_s.max())
    waits = view.waited_s >= max(settings.longest_s - round_s, settings.longest_s / 2)
    if not waits.any() or service.serves[view.stage][waits].any():
        return None
    longest = int(np.where(waits, view.waited_s, -np.inf).argmax())
    return int(duty[longest])


def _foreseen(service: Service, view: View, settings: HorizonSettings) -> tuple[F64, dict[int, F64]]:
    """(k,) least vehicle-seconds of waiting in the horizon and after it, by the stage of the first step; and who leaves
    which lane when in the best of each."""
    going = _going(service.serves, service, view, settings)
    held = None if service.held is None else _going(service.held, service, view, settings)
    stages = len(service.stages)
    queued, cost_s = view.queued[None].astype(np.float64), np.zeros(1)
    stage, green_s, first = np.array([view.stage]), np.array([view.green_s]), np.array([-1])
    gone = np.zeros((1, len(view.queued), settings.steps))
    for step in range(settings.steps):
        old, new = _next(service, stage, green_s, free=step % settings.every == 0)
        leaving = going[stage[old], new]
        if held is not None and service.yields is not None:
            rushing = np.minimum((queued + view.arrivals[:, step]) / (service.saturation * settings.step_s), 1.0)
            busy = np.where(service.yields[new], rushing[old][:, None, :], 0.0).max(axis=2)
            leaving = leaving + busy * (held[stage[old], new] - leaving)
        if step == 0:
            leaving = np.where((new == view.stage)[:, None], leaving * _open_share(view, settings), leaving)
        coming = view.arrivals[:, step]
        # Whoever comes in the second half of a step can leave in it only if the road was free by then.
        after = np.maximum(queued[old] + coming - leaving, 0.0)
        cost_s = cost_s[old] + settings.step_s * (queued[old] + after).sum(axis=1) / 2
        first = np.where(first[old] < 0, new, first[old])
        changed = new != stage[old]
        lost_s = service.intergreen_s[stage[old], new]
        green_s = np.where(changed, settings.step_s - lost_s, green_s[old] + settings.step_s)
        before, queued, stage = queued, after, new
        if step == settings.steps - 1:
            cost_s = cost_s + _afterwards_s(service, queued, settings)
        kept = _best(cost_s, first, stages, settings.beam)
        gone = gone[old[kept]]
        gone[:, :, step] = before[old[kept]] + coming - queued[kept]
        queued, cost_s, stage, green_s, first = queued[kept], cost_s[kept], stage[kept], green_s[kept], first[kept]
    costs_s, leaving = np.full(stages, np.nan), dict[int, F64]()
    for number in np.unique(first).tolist():
        best = int(np.where(first == number, cost_s, np.inf).argmin())
        costs_s[number], leaving[number] = cost_s[best], gone[best]
    return costs_s, leaving


def _going(serves: F64, service: Service, view: View, settings: HorizonSettings) -> F64:
    """(k, k, l) vehicles that can leave each lane in a step that begins in one stage and asks for another."""
    full = serves * service.saturation * view.outflow * settings.step_s
    before, after = full[:, None], full[None]
    lost_s = np.minimum(service.intergreen_s[:, :, None] + settings.start_up_s, settings.step_s)
    gains, loses = after > before, after < before
    tail = np.minimum(service.intergreen_s[:, :, None], settings.tail_s) / settings.step_s
    share = np.where(gains, 1 - lost_s / settings.step_s, 1.0)
    going = np.where(loses, after + (before - after) * tail, before + (after - before) * share)
    going[np.arange(len(full)), np.arange(len(full))] = full
    return np.asarray(going, np.float64)


def _open_share(view: View, settings: HorizonSettings) -> float:
    """Of the first step, how much of it the present stage is really moving in."""
    closed_s = max(0.0, -view.green_s) + (settings.start_up_s if view.green_s < 0 else 0.0)
    return max(0.0, 1 - closed_s / settings.step_s)


def _next(service: Service, stage: I64, green_s: F64, *, free: bool) -> tuple[I64, I64]:
    """(n,) which sequence goes on, and with which stage: with its own, or with any once its least green is over."""
    if not free:
        return np.arange(len(stage)), stage
    stages = len(service.stages)
    old, new = np.repeat(np.arange(len(stage)), stages), np.tile(np.arange(stages), len(stage))
    allowed = (new == stage[old]) | (green_s[old] >= service.min_green_s[stage[old]])
    return old[allowed], new[allowed]


def _afterwards_s(service: Service, queued: F64, settings: HorizonSettings) -> F64:
    """(n,) what is still to be waited when the horizon ends, if every lane then empties at its saturation flow."""
    return np.asarray((queued * (settings.after_s + queued / service.saturation / 2)).sum(axis=1), np.float64)


def _best(cost_s: F64, first: I64, stages: int, beam: int) -> I64:
    """The cheapest `beam` sequences, and the cheapest of every beginning: no beginning is lost on the way."""
    order = np.argsort(cost_s, kind="stable")
    firsts = [order[first[order] == number][:1] for number in range(stages)]
    return np.unique(np.concatenate([order[:beam], *firsts]))
