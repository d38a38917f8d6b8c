"""Vehicle-actuated control: the green lasts while vehicles keep coming, then goes to the next stage that anybody wants.

Gap-out and max-out as in the HCM 7th edition, chapter 31, and in every controller of the last fifty years: a reference,
and what a junction may run whose model is not trusted. The same input always gives the same stage.
"""

from dataclasses import dataclass

import numpy as np

from signals.optimize.adaptive.view import Service, View
from vision.arrays import Bool


@dataclass(frozen=True, slots=True)
class ActuatedSettings:
    """
    gap_s        a green ends when nobody it serves will be at the line within so long
    max_green_s  and after so long in any case, where somebody else waits
    max_red_s    nobody who waits is passed over for longer, whatever the order of the stages
    """

    gap_s: float = 3.0
    max_green_s: float = 50.0
    max_red_s: float = 120.0


def choose_actuated(
    service: Service, view: View, step_s: float, order: tuple[int, ...], settings: ActuatedSettings | None = None
) -> int:
    """The stage to show next, or the one that is shown. order: the stages in their cycle; step_s: of view.arrivals."""
    settings = settings or ActuatedSettings()
    if view.green_s < service.min_green_s[view.stage]:
        return view.stage
    wanting = _wanting(view, step_s, settings.gap_s)
    after = _after(service, view, wanting, order, settings)
    if after is None:
        return view.stage
    served = service.serves[view.stage] > 0
    maxed_out = view.green_s >= settings.max_green_s
    overdue = bool((view.waited_s >= settings.max_red_s - settings.max_green_s)[~served & wanting].any())
    return view.stage if (wanting & served).any() and not (maxed_out or overdue) else after


def _wanting(view: View, step_s: float, gap_s: float) -> Bool:
    """(l,) whether somebody stands there, or will be there within the gap."""
    whole, part = divmod(gap_s / step_s, 1.0)
    near = view.arrivals[:, : int(whole)].sum(axis=1)
    if int(whole) < view.arrivals.shape[1]:
        near = near + part * view.arrivals[:, int(whole)]
    return np.asarray((view.queued > 0) | (near >= 0.5), np.bool_)


def _after(
    service: Service, view: View, wanting: Bool, order: tuple[int, ...], settings: ActuatedSettings
) -> int | None:
    """The next stage of the cycle that serves somebody the present one does not; None: nobody else wants anything."""
    others = wanting & ~(service.serves[view.stage] > 0)
    if not others.any():
        return None
    waits_s = np.where(others, view.waited_s, -np.inf)
    longest = int(waits_s.argmax())
    if waits_s[longest] >= settings.max_red_s - settings.max_green_s:
        return int(service.serves[:, longest].argmax())
    place = order.index(view.stage) if view.stage in order else -1
    cycle = (*order[place + 1 :], *order[: place + 1])
    found = (stage for stage in cycle if stage != view.stage and (service.serves[stage] > 0)[others].any())
    return next(found, int(service.serves[:, longest].argmax()))
