"""The alarms of the traffic-light exchange list, 1.0.7 to 1.2.1."""

from signals.control.rsmp.sxl.entries import FIRST, AlarmEntry, PartOf, Value
from signals.control.rsmp.sxl.values import ANY_TEXT, BOOLEAN, choice, whole
from signals.control.rsmp.wire.core import Version

V1_0_15, V1_1 = Version(1, 0, 15), Version(1, 1)
CONTROLLER, GROUP, DETECTOR = PartOf.CONTROLLER, PartOf.SIGNAL_GROUP, PartOf.DETECTOR_LOGIC
COLOUR = (Value("color", choice("red", "yellow", "green")),)
HARDWARE = (
    Value("detector", ANY_TEXT),
    Value("type", choice("loop", "input")),
    Value("errormode", choice("on", "off")),
    Value("manual", BOOLEAN),
)
LOGIC = (*HARDWARE, Value("logicerror", choice("always_off", "always_on", "intermittent")))


def _alarm(
    code: str,
    part: PartOf = CONTROLLER,
    values: tuple[Value, ...] = (),
    *,
    serious: bool = False,
    since: Version = FIRST,
) -> AlarmEntry:
    """A serious fault puts the controller into its failure mode (EN 12675) and has priority 2, the others have 3."""
    return AlarmEntry(code, part, values, since, priority=2 if serious else 3)


ALARMS = {
    alarm.code: alarm
    for alarm in (
        _alarm("A0001", serious=True),
        _alarm("A0002"),
        _alarm("A0003", serious=True),
        _alarm("A0004"),
        _alarm("A0005"),
        _alarm("A0006", serious=True),
        _alarm("A0007", values=(Value("protocol", choice("rsmp", "ntp"), V1_1),)),
        _alarm("A0008", GROUP, (Value("timeplan", whole(1, 255)),), serious=True),
        _alarm("A0009"),
        _alarm("A0010", since=V1_0_15),
        _alarm("A0101", GROUP),
        _alarm("A0201", GROUP, COLOUR, serious=True),
        _alarm("A0202", GROUP, COLOUR),
        _alarm("A0301", DETECTOR, HARDWARE),
        _alarm("A0302", DETECTOR, LOGIC),
        _alarm("A0303", DETECTOR, HARDWARE, serious=True, since=V1_1),
        _alarm("A0304", DETECTOR, LOGIC, serious=True, since=V1_1),
    )
}
