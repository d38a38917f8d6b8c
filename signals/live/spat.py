"""A junction's state in the vocabulary of SAE J2735's signal phase and timing message, as JSON.

Not the message itself, which is packed bits for radio: the names and the time marks are the same.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from signals.live.control import Control
from signals.live.junction import JunctionState
from signals.live.lamps import LampState

EVENT_STATES = {
    "green": "protected-Movement-Allowed",
    "yellow": "protected-clearance",
    "red": "stop-And-Remain",
    "dark": "unavailable",
}
UNKNOWN_MARK = 36_001
"""J2735's TimeMark: tenths of a second in the hour; 36001 is unknown or more than an hour away."""


def spat(state: JunctionState, utc: datetime) -> Mapping[str, object]:
    """utc: aware, the moment of `state`."""
    return {
        "name": state.name,
        "timeStamp": utc.isoformat(timespec="milliseconds"),
        "status": _status(state),
        "states": [
            {
                "movementName": lamp.movement,
                "signalGroup": number,
                "eventState": EVENT_STATES[lamp.aspect],
                "timing": _timing(lamp, utc),
            }
            for number, lamp in enumerate(state.lamps, 1)
        ],
    }


def time_mark(utc: datetime) -> int:
    """Tenths of a second since the full hour."""
    return round((utc.minute * 60 + utc.second + utc.microsecond / 1e6) * 10) % 36_000


def _timing(lamp: LampState, utc: datetime) -> Mapping[str, int]:
    def mark(seconds: float | None) -> int:
        return UNKNOWN_MARK if seconds is None or seconds >= 3600 else time_mark(utc + timedelta(seconds=seconds))

    return {
        "startTime": mark(None if lamp.since_s >= 3600 else -lamp.since_s),
        "minEndTime": mark(lamp.least_s),
        "maxEndTime": mark(lamp.most_s),
    }


def _status(state: JunctionState) -> list[str]:
    words = {"commanded": [], "stored_plan": ["failureMode"], "flashing": ["failureFlash"], "starting": ["off"]}
    told = list(words.get(state.mode, ["off"]))
    told += ["manualControlIsEnabled"] if state.hold is not None else []
    told += ["signalPriorityIsActive"] if state.priorities else []
    by_traffic = state.control.runs is not Control.PLAN
    told += ["trafficDependentOperation"] if state.hold is None and by_traffic else []
    return [*told, *(["fixedTimeOperation"] if state.hold is None and state.position is not None else [])]
