"""The statuses of the traffic-light exchange list, 1.0.7 to 1.2.1 (RSMP Nordic, `rsmp_sxl_traffic_lights`)."""

from signals.control.rsmp.sxl.entries import Entry, PartOf, Value
from signals.control.rsmp.sxl.values import (
    ANY_TEXT,
    BASE64,
    BOOLEAN,
    BOOLEANS,
    DIGITS,
    INTERSECTIONS,
    SOURCES,
    TIMESTAMP,
    Kind,
    Part,
    array,
    choice,
    choices,
    text,
    whole,
    wholes,
)
from signals.control.rsmp.wire.core import Version

V1_0_13, V1_0_14, V1_0_15 = Version(1, 0, 13), Version(1, 0, 14), Version(1, 0, 15)
V1_1, V1_2 = Version(1, 1), Version(1, 2)
CONTROLLER, GROUP, DETECTOR = PartOf.CONTROLLER, PartOf.SIGNAL_GROUP, PartOf.DETECTOR_LOGIC

CLASSES = ("P", "PS", "L", "LS", "B", "SP", "MC", "C", "F")
PRIORITY_STATES = ("received", "queued", "activated", "completed", "timeout", "rejected", "cooldown", "stale")
COUNT, COUNTS, MANY = whole(0, 65_535), wholes(-1, 65_535), whole(1, 65_025)
CYCLE, PLAN = whole(0, 999), whole(1, 255)
SOURCE, SOURCE_LIST = choice(*SOURCES), choices(*SOURCES)
WHO = whole(0, 2)
PAIRS = text(r"(\d{1,3}-\d{1,3}(,\d{1,3}-\d{1,3})*)?", "pairs such as 1-0,2-13")
QUADS = text(r"(\d{1,2}-\d{1,2}-\d{1,2}-\d{1,2}(,\d{1,2}-\d{1,2}-\d{1,2}-\d{1,2})*)?", "entries such as 1-1-6-30")
BANDS = text(r"(\d{1,2}-\d{1,2}-\d{1,2}(,\d{1,2}-\d{1,2}-\d{1,2})*)?", "entries such as 1-2-5")
PRIORITIES = array(
    r=ANY_TEXT,
    t=TIMESTAMP,
    s=choice(*PRIORITY_STATES),
    e=Part(whole(0, 255), optional=True),
    d=Part(whole(0, 255), optional=True),
)


def _by_intersection(code: str, kind: Kind = BOOLEANS, name: str = "status", *, source: bool = True) -> Entry:
    values = [Value("intersection", INTERSECTIONS), Value(name, kind)]
    if source:
        values.append(Value("source", SOURCE_LIST, V1_1))
    return Entry(code, CONTROLLER, tuple(values))


def _one(code: str, kind: Kind, since: Version, name: str = "status") -> Entry:
    return Entry(code, CONTROLLER, (Value(name, kind),), since)


def _operator(code: str) -> Entry:
    """Until 1.1 the name of who is logged in; since then only at which level."""
    return Entry(
        code,
        CONTROLLER,
        (
            Value("user", ANY_TEXT, until=V1_1),
            Value("status", choice("login", "logout"), until=V1_1),
            Value("user", WHO, V1_1),
        ),
    )


def _counted(start: str, names: tuple[str, ...], kind: Kind) -> tuple[Value, ...]:
    return (Value(start, TIMESTAMP), *(Value(name, kind) for name in names))


FIRST_ONES = (
    Entry(
        "S0001",
        CONTROLLER,
        (
            Value("signalgroupstatus", text(r"[a-hA-G0-9N-P-]*", "one letter or digit for each signal group")),
            Value("cyclecounter", CYCLE),
            Value("basecyclecounter", CYCLE),
            Value("stage", CYCLE),
        ),
    ),
    Entry("S0002", CONTROLLER, (Value("detectorlogicstatus", DIGITS),)),
    Entry("S0003", CONTROLLER, (Value("inputstatus", DIGITS), Value("extendedinputstatus", DIGITS, until=V1_2))),
    Entry("S0004", CONTROLLER, (Value("outputstatus", DIGITS), Value("extendedoutputstatus", DIGITS, until=V1_2))),
    Entry(
        "S0005",
        CONTROLLER,
        (
            Value("status", BOOLEAN),
            Value("statusByIntersection", array(intersection=whole(0, 255), startup=BOOLEAN), V1_2),
        ),
    ),
    Entry("S0006", CONTROLLER, (Value("status", BOOLEAN), Value("emergencystage", whole(0, 255)))),
    *(_by_intersection(f"S00{number:02}") for number in range(7, 13)),
    _by_intersection("S0013", wholes(0, 3), source=False),
    *(Entry(code, CONTROLLER, (Value("status", PLAN), Value("source", SOURCE, V1_1))) for code in ("S0014", "S0015")),
    *(Entry(code, CONTROLLER, (Value("number", MANY),)) for code in ("S0016", "S0017", "S0019")),
    Entry("S0018", CONTROLLER, (Value("number", MANY),), until=V1_2),
    _by_intersection("S0020", choices("startup", "control", "standby", "failure", "test"), "controlmode", source=False),
    Entry("S0021", CONTROLLER, (Value("detectorlogics", text("[01]*", "0 or 1 for each detector logic")),)),
    _operator("S0091"),
    _operator("S0092"),
    Entry("S0095", CONTROLLER, (Value("status", ANY_TEXT),)),
    Entry(
        "S0096",
        CONTROLLER,
        (
            Value("year", whole(0, 9999)),
            Value("month", whole(1, 12)),
            Value("day", whole(1, 31)),
            Value("hour", whole(0, 23)),
            Value("minute", whole(0, 59)),
            Value("second", whole(0, 59)),
        ),
    ),
)

LATER_ONES = (
    _one("S0022", text(r"\d{1,3}(,\d{1,3})*", "plan numbers with commas between"), V1_0_13),
    _one("S0023", BANDS, V1_0_13),
    _one("S0024", PAIRS, V1_0_13),
    Entry(
        "S0025",
        GROUP,
        tuple(
            Value(name, whole(0, 100) if name.endswith("Confidence") else TIMESTAMP)
            for to in ("ToG", "ToR")
            for name in (f"min{to}Estimate", f"max{to}Estimate", f"likely{to}Estimate", f"{to}Confidence")
        ),
        V1_0_13,
    ),
    _one("S0026", PAIRS, V1_0_13),
    _one("S0027", QUADS, V1_0_13),
    _one("S0028", PAIRS, V1_0_13),
    _one("S0029", DIGITS, V1_0_13),
    _one("S0030", DIGITS, V1_0_15),
    _one("S0031", PAIRS, V1_0_15),
    Entry(
        "S0032",
        CONTROLLER,
        (
            Value("intersection", INTERSECTIONS),
            Value("status", choices("local", "centralized", "off")),
            Value("source", SOURCE_LIST),
        ),
        V1_1,
    ),
    _one("S0033", PRIORITIES, V1_1),
    _one("S0034", whole(0, 65_535), V1_1),
    _one("S0035", array(id=whole(1, 255)), V1_2, "emergencyroutes"),
    Entry("S0097", CONTROLLER, (Value("checksum", ANY_TEXT), Value("timestamp", TIMESTAMP)), V1_0_15),
    Entry(
        "S0098",
        CONTROLLER,
        (Value("config", BASE64), Value("timestamp", TIMESTAMP), Value("version", ANY_TEXT)),
        V1_0_15,
    ),
)

COUNTING = tuple(
    entry
    for number, names, highest in (
        (1, ("vehicles",), 65_535),
        (2, ("speed",), 65_535),
        (3, ("occupancy",), 100),
        (4, CLASSES, 65_535),
    )
    for entry in (
        Entry(f"S020{number}", DETECTOR, _counted("starttime", names, whole(0, highest))),
        Entry(f"S020{number + 4}", CONTROLLER, _counted("start", names, wholes(-1, highest)), V1_0_14),
    )
)

STATUSES = {entry.code: entry for entry in (*FIRST_ONES, *LATER_ONES, *COUNTING)}
