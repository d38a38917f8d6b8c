"""How a virtual controller answers each status: code → all values of that code, as they go over the wire."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from signals.control.rsmp.site.equipment import StatusContent
from signals.control.rsmp.sxl.statuses import CLASSES
from signals.control.rsmp.virtual.calendar import written
from signals.control.rsmp.virtual.config import checksum, config_bytes
from signals.control.rsmp.virtual.detectors import NOT_MEASURED, Minute
from signals.control.rsmp.virtual.prediction import predicted
from signals.control.rsmp.virtual.works import Works
from signals.control.rsmp.wire.messages import timestamp
from signals.control.virtual.cabinet import Position

Content = Mapping[str, StatusContent]
Reader = Callable[[Works, str, float], Content]

PRODUCT = "Ngã Tư,virtual controller,1"


def _groups(it: Works, _: str, now_s: float) -> Content:
    """S0001. The base counter is that of this controller alone: it is coordinated with nobody."""
    cycle_s = round(it.programs.timing(it.plan(now_s)).cycle_s)
    base, offset_s = int(now_s) % cycle_s, it.programs.program(it.plan(now_s)).offset_s
    return {
        "signalgroupstatus": it.cabinet.letters(),
        "cyclecounter": str((base + offset_s) % cycle_s),
        "basecyclecounter": str(base),
        "stage": str(it.cabinet.stage()),
    }


def _points(it: Works, states: str, name: str) -> Content:
    return {name: states, f"extended{name}": states}


def _starting(it: Works) -> Content:
    starting = str(it.cabinet.starting)
    return {"status": starting, "statusByIntersection": [{"intersection": "1", "startup": starting}]}


def _of_junction(status: object, source: str = "other", name: str = "status") -> Content:
    """One intersection, written as 0: all of them."""
    return {"intersection": "0", name: str(status), "source": source}


def _position(it: Works, *, shows: bool) -> Content:
    return _of_junction(shows, "startup" if it.cabinet.position is Position.NORMAL else "forced")


def _plan(it: Works, now_s: float) -> Content:
    own = "startup" if it.named_by_calendar(now_s) is None else "calendar_clock"
    return {"status": str(it.plan(now_s)), "source": "forced" if it.ordered_plan is not None else own}


def _situation(it: Works) -> Content:
    situation = it.orders.situation
    return {"status": str(situation or 1), "source": "startup" if situation is None else "forced"}


def _mode(it: Works) -> Content:
    if it.cabinet.flashes:
        return _of_junction("failure", name="controlmode")
    if it.cabinet.position is not Position.NORMAL:
        return _of_junction("standby", name="controlmode")
    return _of_junction("startup" if it.cabinet.starting else "control", name="controlmode")


def _route(it: Works) -> Content:
    return {
        "status": str(bool(it.orders.routes)),
        "emergencystage": str(it.orders.routes[-1] if it.orders.routes else 0),
    }


def _plans(it: Works, value: Callable[[int], int]) -> Content:
    return {"status": written([(number, value(number)) for number in it.programs.numbers])}


def _bands(it: Works) -> Content:
    bands = [(n, band, ext) for n in it.programs.numbers for band, ext in sorted(it.programs.program(n).bands.items())]
    return {"status": written(bands)}


def _priorities(it: Works, now_s: float) -> Content:
    rows: list[dict[str, Any]] = []
    for each in it.priorities.all():
        row = {
            "r": each.number,
            "t": timestamp(it.utc(now_s) - timedelta(seconds=now_s - each.since_s)),
            "s": each.state,
        }
        rows.append(row)
    return {"status": rows}


def _operator() -> Content:
    """Nobody: as a level (from SXL 1.1) that is 0. The older names are answered in `_old_operator`."""
    return {"user": "0", "status": "logout"}


def _clock(it: Works, now_s: float) -> Content:
    utc = it.utc(now_s)
    return {name: str(getattr(utc, name)) for name in ("year", "month", "day", "hour", "minute", "second")}


def _config(it: Works) -> Content:
    known = checksum(it)
    settings = b64encode(config_bytes(it)).decode()
    return {"checksum": known, "config": settings, "timestamp": timestamp(it.configured_at), "version": known[:12]}


def _counts(it: Works, component: str, now_s: float) -> Content:
    """S0201 to S0204, of one detector logic."""
    logic = it.detectors.logics[component]
    began = timestamp(it.utc(now_s) - timedelta(seconds=now_s - logic.measured.start_s))
    return {"starttime": began} | {
        name: str(max(0, value)) for name, value in _measured(logic.measured, faulty=False).items()
    }


def _all_counts(it: Works, now_s: float) -> Content:
    """S0205 to S0208, of all of them; -1 where one is not to be believed."""
    logics = list(it.detectors.logics.values())
    rows = [_measured(logic.measured, faulty=logic.faulty) for logic in logics]
    began = timestamp(it.utc(now_s) - timedelta(seconds=now_s - logics[0].measured.start_s))
    return {"start": began} | {name: ",".join(str(row[name]) for row in rows) for name in rows[0]}


def _measured(minute: Minute, *, faulty: bool) -> dict[str, int]:
    values = {"vehicles": minute.vehicles, "speed": minute.speed_kmh, "occupancy": minute.occupancy_percent}
    values |= {name: minute.classes[name] for name in CLASSES}
    return dict.fromkeys(values, NOT_MEASURED) if faulty else values


READERS: dict[str, Reader] = {
    "S0001": _groups,
    "S0002": lambda it, _, __: {"detectorlogicstatus": it.detectors.states()},
    "S0003": lambda it, _, __: _points(it, it.inputs.states(), "inputstatus"),
    "S0004": lambda it, _, __: _points(it, it.outputs.states(), "outputstatus"),
    "S0005": lambda it, _, __: _starting(it),
    "S0006": lambda it, _, __: _route(it),
    "S0007": lambda it, _, __: _position(it, shows=it.cabinet.position is not Position.DARK),
    "S0008": lambda it, _, __: _of_junction(False, "startup"),
    "S0009": lambda it, _, __: _of_junction(it.fixed_time, "forced" if it.fixed_time else "startup"),
    "S0010": lambda it, _, __: _of_junction(True, "startup"),
    "S0011": lambda it, _, __: _position(it, shows=it.cabinet.position is Position.YELLOW_FLASH or it.cabinet.flashes),
    "S0012": lambda it, _, __: _of_junction(False, "startup"),
    "S0013": lambda it, _, __: _of_junction(0),
    "S0014": lambda it, _, now_s: _plan(it, now_s),
    "S0015": lambda it, _, __: _situation(it),
    "S0016": lambda it, _, __: {"number": str(len(it.layout.detectors))},
    "S0017": lambda it, _, __: {"number": str(len(it.layout.groups))},
    "S0018": lambda it, _, __: {"number": str(len(it.programs.numbers))},
    "S0019": lambda it, _, __: {"number": str(len(it.layout.situations))},
    "S0020": lambda it, _, __: _mode(it),
    "S0021": lambda it, _, __: {"detectorlogics": it.detectors.forced()},
    "S0022": lambda it, _, __: {"status": ",".join(map(str, it.programs.numbers))},
    "S0023": lambda it, _, __: _bands(it),
    "S0024": lambda it, _, __: _plans(it, lambda number: it.programs.program(number).offset_s),
    "S0025": predicted,
    "S0026": lambda it, _, __: {"status": written(sorted(it.calendar.week.items()))},
    "S0027": lambda it, _, __: {"status": written(it.calendar.days)},
    "S0028": lambda it, _, __: _plans(it, lambda number: round(it.programs.timing(number).cycle_s)),
    "S0029": lambda it, _, __: {"status": it.inputs.forced()},
    "S0030": lambda it, _, __: {"status": it.outputs.forced()},
    "S0031": lambda it, _, __: {"status": written(sorted(it.detectors.sensitivity.items()))},
    "S0032": lambda it, _, __: _of_junction("off", "startup"),
    "S0033": lambda it, _, now_s: _priorities(it, now_s),
    "S0034": lambda it, _, __: {"status": str(it.band_timeout_minutes)},
    "S0035": lambda it, _, __: {"emergencyroutes": [{"id": str(number)} for number in it.orders.routes]},
    "S0091": lambda it, _, __: _operator(),
    "S0092": lambda it, _, __: _operator(),
    "S0095": lambda it, _, __: {"status": PRODUCT},
    "S0096": lambda it, _, now_s: _clock(it, now_s),
    "S0097": lambda it, _, __: _config(it),
    "S0098": lambda it, _, __: _config(it),
    **dict.fromkeys(("S0201", "S0202", "S0203", "S0204"), _counts),
    **dict.fromkeys(("S0205", "S0206", "S0207", "S0208"), lambda it, _, now_s: _all_counts(it, now_s)),
}
