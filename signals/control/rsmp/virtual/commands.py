"""What a virtual controller does on each command. The arguments are known to fit the list, the code to be right.

Each function raises NotUnderstoodError where the controller will not: then nothing was changed.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from signals.control.rsmp.errors import NotUnderstoodError
from signals.control.rsmp.virtual.calendar import numbers
from signals.control.rsmp.virtual.orders import stage_with
from signals.control.rsmp.virtual.points import in_blocks
from signals.control.rsmp.virtual.works import Works
from signals.control.virtual.cabinet import Position

Doing = Callable[[Works, str, Mapping[str, str], float], None]

TRUE = "True"
REFERENCES = ("signalGroupId", "inputId", "connectionId", "approachId", "laneInId", "priorityId")
LOWEST = 0  # of the levels of M0022


def _position(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0001."""
    if int(given["intersection"]) > 1:
        raise NotUnderstoodError(f"The controller has one intersection, found {given['intersection']}")
    it.cabinet.set_position(Position(given["status"]), int(given["timeout"]), now_s)


def _plan(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0002. Either way a stage that was ordered is ordered no longer."""
    if given["status"] != TRUE:
        it.orders.plan = it.orders.stage = None
        return
    it.programs.program(int(given["timeplan"]))
    _refuse_out_of_service(it)
    it.orders.plan, it.orders.stage, it.orders.heard_s = int(given["timeplan"]), None, now_s


def _situation(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0003. It chooses a plan, as long as none is ordered by its number."""
    number = int(given["traficsituation"])
    if given["status"] != TRUE:
        it.orders.situation = None
        return
    if number not in it.layout.situations:
        known = len(it.layout.situations)
        raise NotUnderstoodError(f"The controller has traffic situations 1 to {known}, found {number}")
    it.orders.situation, it.orders.heard_s = number, now_s


def _restart(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0004."""
    if given["status"] == TRUE:
        it.restart(now_s)


def _emergency(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0005."""
    number = int(given["emergencyroute"])
    if number > it.layout.routes:
        raise NotUnderstoodError(f"The controller has emergency routes 1 to {it.layout.routes}, found {number}")
    if given["status"] == TRUE:
        _refuse_out_of_service(it)
    it.orders.routes = [each for each in it.orders.routes if each != number]
    if given["status"] == TRUE:
        it.orders.routes.append(number)
        it.orders.heard_s = now_s


def _input(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0006."""
    it.inputs.put(int(given["input"]), on=given["status"] == TRUE)


def _fixed_time(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0007. This controller follows plans in any case; what it says of itself changes."""
    it.fixed_time = given["status"] == TRUE


def _detector(it: Works, component: str, given: Mapping[str, str], now_s: float) -> None:
    """M0008."""
    it.detectors.logics[component].forced = given["mode"] == TRUE if given["status"] == TRUE else None


def _start(it: Works, component: str, given: Mapping[str, str], now_s: float) -> None:
    """M0010: a stage with this signal group, the present one where it has it."""
    if given["status"] == TRUE:
        _order_stage(it, {it.layout.groups.index(component)}, set(), now_s)


def _stop(it: Works, component: str, given: Mapping[str, str], now_s: float) -> None:
    """M0011: a stage without it."""
    if given["status"] == TRUE:
        _order_stage(it, set(), {it.layout.groups.index(component)}, now_s)


def _series(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0012. Groups beyond the controller's own are left alone; conflicting ones are refused."""
    ours = [(number - 1, on) for number, on in in_blocks(given["status"]) if 1 <= number <= len(it.layout.groups)]
    if ours:
        red = {group for group, on in ours if not on}
        _order_stage(it, {group for group, on in ours if on} - red, red, now_s)


def _order_stage(it: Works, green: set[int], red: set[int], now_s: float) -> None:
    _refuse_out_of_service(it)
    present = it.cabinet.table.stages[it.cabinet.stage() - 1] if it.cabinet.stage() else it.orders.stage
    it.orders.stage, it.orders.heard_s = stage_with(it.cabinet.table, green, red, present), now_s


def _refuse_out_of_service(it: Works) -> None:
    if it.cabinet.flashes or it.cabinet.position is not Position.NORMAL:
        raise NotUnderstoodError("The controller is not under normal control: it flashes or is dark")


def _bands(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0014."""
    it.programs.set_bands(int(given["plan"]), {pair[0]: pair[1] for pair in numbers(given["status"])})


def _priority(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0022. This controller knows movements by signal group only; other references are taken in and rejected.

    A new request without a level is of the lowest; an update without one changes nothing.
    """
    named = [name for name in REFERENCES if name in given]
    if given["type"] == "new":
        if len(named) != 1:
            raise NotUnderstoodError(f"A new priority request names one thing to prioritize, found {', '.join(named)}")
        group = given.get("signalGroupId")
        place = it.layout.groups.index(group) if group in it.layout.groups else None
        it.priorities.ask(given["requestId"], place, int(given.get("level", LOWEST)), now_s)
        return
    if named:
        raise NotUnderstoodError(f"Only a new priority request names what to prioritize, found {', '.join(named)}")
    if given["type"] == "update":
        it.priorities.update(given["requestId"], int(given["level"]) if "level" in given else None)
    else:
        it.priorities.cancel(given["requestId"], now_s)


def _band_timeout(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0023. This controller leaves a supervisor's plan within four seconds of losing him, whatever is set here."""
    it.band_timeout_minutes = int(given["status"])


def _set_clock(it: Works, _: str, given: Mapping[str, str], now_s: float) -> None:
    """M0104."""
    year, month, day, *time = (int(given[name]) for name in ("year", "month", "day", "hour", "minute", "second"))
    hour, minute, second = time
    try:
        it.set_clock(datetime(year, month, day, hour, minute, second, tzinfo=UTC), now_s)
    except (ValueError, OverflowError) as error:
        raise NotUnderstoodError(f"No such date: {error}") from error


def _forced(given: Mapping[str, str], value: str) -> bool | None:
    return given[value] == TRUE if given["status"] == TRUE else None


DOINGS: dict[str, Doing] = {
    "M0001": _position,
    "M0002": _plan,
    "M0003": _situation,
    "M0004": _restart,
    "M0005": _emergency,
    "M0006": _input,
    "M0007": _fixed_time,
    "M0008": _detector,
    "M0010": _start,
    "M0011": _stop,
    "M0012": _series,
    "M0013": lambda it, _, given, __: it.inputs.put_blocks(given["status"]),
    "M0014": _bands,
    "M0015": lambda it, _, given, __: it.programs.set_offset(int(given["plan"]), int(given["status"])),
    "M0016": lambda it, _, given, __: it.calendar.set_week(given["status"]),
    "M0017": lambda it, _, given, __: it.calendar.set_days(given["status"], it.programs.numbers),
    "M0018": lambda it, _, given, __: it.programs.set_cycle(int(given["plan"]), int(given["status"])),
    "M0019": lambda it, _, given, __: it.inputs.force(int(given["input"]), _forced(given, "inputValue")),
    "M0020": lambda it, _, given, __: it.outputs.force(int(given["output"]), _forced(given, "outputValue")),
    "M0021": lambda it, _, given, __: it.detectors.set_sensitivity(numbers(given["status"])),
    "M0022": _priority,
    "M0023": _band_timeout,
    "M0103": lambda it, _, given, now_s: it.codes.change(
        int(given["status"][-1]), given["oldSecurityCode"], given["newSecurityCode"], now_s
    ),
    "M0104": _set_clock,
}
