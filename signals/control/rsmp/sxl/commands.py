"""The commands of the traffic-light exchange list, 1.0.7 to 1.2.1, with the security code each of them wants."""

from signals.control.rsmp.sxl.entries import FIRST, Command, PartOf, Value
from signals.control.rsmp.sxl.values import ANY_TEXT, BOOLEAN, Kind, choice, text, whole
from signals.control.rsmp.wire.core import Version

V1_0_8, V1_0_13, V1_0_15 = Version(1, 0, 8), Version(1, 0, 13), Version(1, 0, 15)
V1_1 = Version(1, 1)
CONTROLLER, GROUP, DETECTOR = PartOf.CONTROLLER, PartOf.SIGNAL_GROUP, PartOf.DETECTOR_LOGIC
NUMBER, PLAN = whole(1, 255), whole(0, 255)
# The third number of a block may be missing: peers that order nothing off leave it out.
BLOCKS = text(r"\d{1,5},\d{1,5}(,\d{1,5})?([;:]\d{1,5},\d{1,5}(,\d{1,5})?)*", "blocks such as 1,5,2;17,1,0")
PAIRS = text(r"\d{1,3}-\d{1,3}(,\d{1,3}-\d{1,3})*", "pairs such as 1-5,2-10")
QUADS = text(r"\d{1,2}-\d{1,2}-\d{1,2}-\d{1,2}(,\d{1,2}-\d{1,2}-\d{1,2}-\d{1,2})*", "entries such as 1-1-6-30")
VEHICLES = (
    "pedestrian", "bicycle", "motorcycle", "car", "bus", "lightTruck", "heavyTruck", "tram", "emergency", "safetyCar",
    "specialTransport", "other",
)  # fmt: skip


def _command(code: str, command: str, since: Version = FIRST, part: PartOf = CONTROLLER, **values: Kind) -> Command:
    """With security code 2, as most have it."""
    named = tuple(Value(name, kind) for name, kind in values.items())
    return Command(code, part, (*named, Value("securityCode", ANY_TEXT)), since, command=command, level=2)


def _optional(**kinds: Kind) -> tuple[Value, ...]:
    return tuple(Value(name, kind, optional=True) for name, kind in kinds.items())


PRIORITY = Command(
    "M0022",
    CONTROLLER,
    (
        Value("requestId", text(r".{1,255}", "a text of 1 to 255 letters")),
        *_optional(
            signalGroupId=ANY_TEXT,
            inputId=PLAN,
            connectionId=PLAN,
            approachId=whole(0, 16),
            laneInId=PLAN,
            laneOutId=PLAN,
            priorityId=PLAN,
        ),
        Value("type", choice("new", "update", "cancel")),
        *_optional(level=whole(0, 14), eta=PLAN, vehicleType=choice(*VEHICLES)),
    ),
    V1_1,
    command="requestPriority",
)
SECURITY_CODE = Command(
    "M0103",
    CONTROLLER,
    (
        Value("status", choice("Level1", "Level2")),
        Value("oldSecurityCode", ANY_TEXT),
        Value("newSecurityCode", ANY_TEXT),
    ),
    command="setSecurityCode",
)
CLOCK = Command(
    "M0104",
    CONTROLLER,
    (
        Value("securityCode", ANY_TEXT),
        Value("year", whole(0, 9999)),
        Value("month", whole(1, 12)),
        Value("day", whole(1, 31)),
        Value("hour", whole(0, 23)),
        Value("minute", whole(0, 59)),
        Value("second", whole(0, 59)),
    ),
    command="setDate",
    level=1,
)

COMMANDS = {
    command.code: command
    for command in (
        _command(
            "M0001",
            "setValue",
            status=choice("NormalControl", "YellowFlash", "Dark"),
            timeout=whole(0, 1440),
            intersection=whole(0, 255),
        ),
        _command("M0002", "setPlan", status=BOOLEAN, timeplan=PLAN),
        _command("M0003", "setTrafficSituation", status=BOOLEAN, traficsituation=PLAN),
        _command("M0004", "setRestart", status=BOOLEAN),
        _command("M0005", "setEmergency", status=BOOLEAN, emergencyroute=NUMBER),
        _command("M0006", "setInput", status=BOOLEAN, input=NUMBER),
        _command("M0007", "setFixedTime", status=BOOLEAN),
        _command("M0008", "setForceDetectorLogic", part=DETECTOR, status=BOOLEAN, mode=BOOLEAN),
        _command("M0010", "setStart", part=GROUP, status=BOOLEAN),
        _command("M0011", "setStop", part=GROUP, status=BOOLEAN),
        _command("M0012", "setStart", V1_0_8, status=BLOCKS),
        _command("M0013", "setInput", V1_0_8, status=BLOCKS),
        _command("M0014", "setCommands", V1_0_13, plan=PLAN, status=PAIRS),
        _command("M0015", "setOffset", V1_0_13, status=PLAN, plan=PLAN),
        _command("M0016", "setWeekTable", V1_0_13, status=PAIRS),
        _command("M0017", "setTimeTable", V1_0_13, status=QUADS),
        _command("M0018", "setCycleTime", V1_0_13, status=NUMBER, plan=PLAN),
        _command("M0019", "setInput", V1_0_13, status=BOOLEAN, input=NUMBER, inputValue=BOOLEAN),
        _command("M0020", "setOutput", V1_0_15, status=BOOLEAN, output=NUMBER, outputValue=BOOLEAN),
        _command("M0021", "setLevel", V1_0_15, status=PAIRS),
        PRIORITY,
        _command("M0023", "setTimeout", V1_1, status=whole(0, 65_535)),
        SECURITY_CODE,
        CLOCK,
    )
}
