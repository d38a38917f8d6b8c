"""The tables that leave the house: names, types, units and meanings of every column.

One list of columns serves CSV, Parquet, JSON and the data dictionary, so that they cannot drift apart. Number plates
are left out on purpose: whoever counts traffic has no need of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Value = str | int | float | bool | datetime | None
Row = tuple[Value, ...]


class Type(StrEnum):
    """The values are DuckDB's names."""

    TEXT = "VARCHAR"
    WHOLE = "BIGINT"
    REAL = "DOUBLE"
    TRUTH = "BOOLEAN"
    MOMENT = "TIMESTAMP WITH TIME ZONE"


@dataclass(frozen=True, slots=True)
class Column:
    """`unit` is empty where there is none. A value of None means: not measured, not known."""

    name: str
    type: Type
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Layout:
    """One table's columns. `moment`: the column that says when, by whose local day files may be parted."""

    name: str
    meaning: str
    moment: str
    columns: tuple[Column, ...]

    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Table:
    """Every row has one value per column of the layout."""

    layout: Layout
    rows: Sequence[Row]


CAMERA = (
    Column("camera", Type.TEXT, "", "name of the camera in its scene file"),
    Column("boot", Type.TEXT, "", "one run of the camera's agent: media seconds of two boots have nothing in common"),
)
CROSSINGS = Layout(
    "crossings",
    "One row for each vehicle that passed a line.",
    "time",
    (
        *CAMERA,
        Column("time", Type.MOMENT, "", "local time of the crossing: a label, as right as the camera's clock"),
        Column("at_s", Type.REAL, "s", "media time of the crossing, interpolated between two frames"),
        Column("at_error_s", Type.REAL, "s", "half-width of the doubt about at_s"),
        Column("line", Type.TEXT, "", "name of the line in the scene"),
        Column("role", Type.TEXT, "", "counting or stop"),
        Column("direction", Type.TEXT, "", "left_to_right or right_to_left of somebody walking the line as drawn"),
        Column("vehicle", Type.TEXT, "", "motorbike, bicycle, car, bus, truck or pedestrian"),
        Column("track", Type.WHOLE, "", "number of the vehicle within this camera and boot"),
        Column("x", Type.REAL, "share of the frame's width", "where it crossed"),
        Column("y", Type.REAL, "share of the frame's height", "where it crossed"),
        Column("speed_mps", Type.REAL, "m/s", "spot speed; empty where the scene has no calibration"),
        Column("speed_error_mps", Type.REAL, "m/s", "error of speed_mps"),
        Column("foot_hidden", Type.TRUTH, "", "a nearer vehicle may have hidden the wheels: the place is a guess"),
    ),
)
COUNTS = Layout(
    "counts",
    "Vehicles over one line in one interval, one row for each direction and kind that passed; an interval in which "
    "nobody passed has one row with n 0 and neither direction nor vehicle. With coverage 0 nobody knows what passed.",
    "since",
    (
        *CAMERA,
        Column("since", Type.MOMENT, "", "local time at which the interval begins"),
        Column("until", Type.MOMENT, "", "local time at which it ends; no longer part of it"),
        Column("since_s", Type.REAL, "s", "the same in media time"),
        Column("until_s", Type.REAL, "s", "the same in media time"),
        Column("coverage", Type.REAL, "share, 0 to 1", "part of the interval in which frames were analysed"),
        Column("view_moved", Type.TRUTH, "", "the camera looked elsewhere for part of the interval"),
        Column("line", Type.TEXT, "", "name of the line in the scene"),
        Column("direction", Type.TEXT, "", "left_to_right or right_to_left; empty where nobody passed"),
        Column("vehicle", Type.TEXT, "", "kind; empty where nobody passed"),
        Column("n", Type.WHOLE, "vehicles", "how many"),
    ),
)
HEALTH = Layout(
    "health",
    "What each camera's agent said of itself.",
    "time",
    (
        *CAMERA,
        Column("time", Type.MOMENT, "", "local time of the report"),
        Column("state", Type.TEXT, "", "started, running, source_lost, source_damaged, ended or failed"),
        Column("frames", Type.WHOLE, "frames", "analysed since the boot"),
        Column("dropped", Type.WHOLE, "frames", "not analysed since the boot"),
        Column("fps", Type.REAL, "1/s", "frames analysed per second"),
        Column("note", Type.TEXT, "", "a sentence for the operator"),
    ),
)
FINDINGS = Layout(
    "findings",
    "Possible offences, without plate and pictures: those stay with the case.",
    "time",
    (
        *CAMERA,
        Column("time", Type.MOMENT, "", "local time of the offence"),
        Column("at_s", Type.REAL, "s", "the same in media time"),
        Column("offence", Type.TEXT, "", "name of the rule"),
        Column("line", Type.TEXT, "", "line it happened at, if any"),
        Column("vehicle", Type.TEXT, "", "kind"),
        Column("track", Type.WHOLE, "", "number of the vehicle within this camera and boot"),
    ),
)
SPAN = (
    Column("since", Type.MOMENT, "", "local time at which the interval begins"),
    Column("until", Type.MOMENT, "", "local time at which it ends; no longer part of it"),
    Column("since_s", Type.REAL, "s", "the same in media time"),
    Column("until_s", Type.REAL, "s", "the same in media time"),
    Column("coverage", Type.REAL, "share, 0 to 1", "part of the interval in which frames were analysed"),
)
FACTS = Layout(
    "facts",
    "Traffic facts, one row for each number, so that a new measure needs no new column.",
    "since",
    (
        *CAMERA,
        *SPAN,
        Column("view_moved", Type.TRUTH, "", "the camera looked elsewhere for part of the interval"),
        Column("about", Type.TEXT, "", "line, lane, turning, green or approach"),
        Column("line", Type.TEXT, "", "counting or stop line, if it is about one"),
        Column("lane", Type.TEXT, "", "lane, if it is about one"),
        Column("direction", Type.TEXT, "", "left_to_right or right_to_left over the line"),
        Column("entry", Type.TEXT, "", "of a turn: line it entered by"),
        Column("exit", Type.TEXT, "", "of a turn: line it left by"),
        Column("movement", Type.TEXT, "", "of a turn: its name in the scene"),
        Column("signal_group", Type.TEXT, "", "lamps of the stop line"),
        Column("slice_since_s", Type.REAL, "s", "of a slice of green: seconds after green began"),
        Column("slice_until_s", Type.REAL, "s", "of a slice of green: its end"),
        Column("measure", Type.TEXT, "", "what was measured; the names are those of the event bodies"),
        Column("vehicle", Type.TEXT, "", "kind; empty for all vehicles together"),
        Column("value", Type.REAL, "see unit", "the number; empty where it is not known"),
        Column("error", Type.REAL, "see unit", "half-width at two deviations: 19 times in 20 the truth lies inside"),
        Column("unit", Type.TEXT, "", "unit of value and error"),
        Column("grade", Type.TEXT, "", "level of service A to F, where the measure is one"),
        Column("n", Type.WHOLE, "", "vehicles, frames or cycles the number rests on"),
        Column("why", Type.TEXT, "", "why it is not known"),
        Column("pcu_table", Type.TEXT, "", "table of passenger-car units behind every pcu"),
    ),
)
SWARM = Layout(
    "swarm",
    "Flow over a line where motorbikes stand or drive so close that single tracks merge.",
    "since",
    (
        *CAMERA,
        *SPAN,
        Column("line", Type.TEXT, "", "name of the line"),
        Column("direction", Type.TEXT, "", "left_to_right or right_to_left"),
        Column("mode", Type.TEXT, "", "tracked, or swarm where any of it was estimated from moving area"),
        Column("swarm_share", Type.REAL, "share, 0 to 1", "of the watched time in swarm mode"),
        Column("estimate", Type.REAL, "vehicles", "how many passed"),
        Column("low", Type.REAL, "vehicles", "lower end of the interval at `level`"),
        Column("high", Type.REAL, "vehicles", "upper end"),
        Column("level", Type.REAL, "share, 0 to 1", "how often the truth lies between low and high"),
        Column("tracked", Type.WHOLE, "vehicles", "crossings that tracking alone found"),
    ),
)
INCIDENTS = Layout(
    "incidents",
    "Starts and ends of incidents; both carry the same number.",
    "since",
    (
        *CAMERA,
        Column("incident", Type.WHOLE, "", "number within this camera and boot"),
        Column("phase", Type.TEXT, "", "start or end"),
        Column("kind", Type.TEXT, "", "stopped_vehicle, wrong_way, spill_back or jam"),
        Column("severity", Type.TEXT, "", "notice, warning or alarm"),
        Column("place", Type.TEXT, "", "lane or zone"),
        Column("since", Type.MOMENT, "", "local time of the first evidence"),
        Column("until", Type.MOMENT, "", "local time of the last; empty while it lasts"),
        Column("since_s", Type.REAL, "s", "since in media time"),
        Column("at_s", Type.REAL, "s", "media time at which it became certain"),
        Column("until_s", Type.REAL, "s", "until in media time"),
        Column("vehicle", Type.TEXT, "", "kind, where it is a single vehicle"),
    ),
)
CAMERA_STATES = Layout(
    "camera_states",
    "Troubles of the picture, when they began and ended.",
    "since",
    (
        *CAMERA,
        Column("trouble", Type.TEXT, "", "view_moved, frozen, blurred, blinded, too_dark or dropped"),
        Column("phase", Type.TEXT, "", "started or ended"),
        Column("since", Type.MOMENT, "", "local time at which it began"),
        Column("until", Type.MOMENT, "", "local time at which it was over; empty while it lasts"),
        Column("since_s", Type.REAL, "s", "since in media time"),
        Column("at_s", Type.REAL, "s", "media time at which it was decided"),
        Column("until_s", Type.REAL, "s", "until in media time"),
    ),
)
IMAGE_QUALITY = Layout(
    "image_quality",
    "How good the pictures of an interval were; each share is 0 for useless and 1 for nothing to wish for.",
    "since",
    (
        *CAMERA,
        *SPAN,
        Column("pictures", Type.WHOLE, "pictures", "how many were looked at"),
        Column("score", Type.REAL, "share, 0 to 1", "the whole"),
        Column("sharpness", Type.REAL, "share, 0 to 1", "empty until the camera has a reference of its own"),
        Column("contrast", Type.REAL, "share, 0 to 1", "of the picture"),
        Column("exposure", Type.REAL, "share, 0 to 1", "of the picture"),
        Column("noise", Type.REAL, "share, 0 to 1", "freedom from noise"),
        Column("compression", Type.REAL, "share, 0 to 1", "freedom from traces of compression"),
        Column("troubles", Type.TEXT, "", "names of the troubles that lasted in it, with blanks between"),
    ),
)
