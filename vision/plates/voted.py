"""What the shots of one track say together about its plate. Pure: whoever stores or sends it needs no picture."""

from dataclasses import dataclass
from enum import StrEnum

from vision.plates.text import Ground

Point = tuple[float, float]


class WhyNoPlate(StrEnum):
    """Why no text is given. The values are translation keys below `why_no_plate`."""

    NO_SHOT = "no_shot"  # the track was never seen well enough
    NO_PLATE_FOUND = "no_plate_found"  # its shots show no plate
    NOT_ITS_OWN = "not_its_own"  # the plates in its shots are, or may be, those of others
    UNREADABLE = "unreadable"  # a plate, and no text on it
    ODD_FORMAT = "odd_format"  # no known format fits what the shots propose
    LINES_CONTRADICT = "lines_contradict"  # number of rows, shape of the plate and text do not go together
    CAR_OR_MOTORBIKE = "car_or_motorbike"  # eight characters: an old car's and an old motorbike's number at once
    VEHICLE_CONTRADICTS = "vehicle_contradicts"  # a number that vehicles of this kind do not bear
    GROUND_CONTRADICTS = "ground_contradicts"  # a ground of a colour that this number is not seen on
    SHOTS_DISAGREE = "shots_disagree"  # different texts in different shots
    SMALL_MARGIN = "small_margin"  # one character might well be another
    UNSURE = "unsure"  # too little in all


class Stray(StrEnum):
    """Why a plate found in a track's shot is not taken for the track's own."""

    OUTSIDE = "outside"  # it reaches out of the track's box
    ODD_PLACE = "odd_place"  # no vehicle of this kind bears its plate there
    ODD_SIZE = "odd_size"  # nor one as large or small as this
    NEARER_VEHICLE = "nearer_vehicle"  # it lies in the box of a vehicle that stands in front, or may
    SEVERAL = "several"  # two plates in one vehicle that say different things


@dataclass(frozen=True, slots=True)
class VotedCharacter:
    """confidence 0..1. alternatives: what else some shot proposed here, each with its own, the likeliest first."""

    character: str
    confidence: float
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Alternative:
    """A text as it would stand on the plate, in one row or two. confidence: the chance that it is right, 0..1."""

    rows: tuple[str, ...]
    confidence: float

    @property
    def text(self) -> str:
        return "".join(self.rows)


@dataclass(frozen=True, slots=True)
class ReadShot:
    """A shot with a plate that is taken for the track's own.

    quad_px    corners in full-frame pixels of exactly this frame, clockwise from the plate's own top left
    rect_px    x1, y1, x2, y2 of the shot's crop in the same pixels
    text       what this shot alone says, empty where it says nothing
    certainty  0..1 of that
    given      a reader of single pictures would have given it
    """

    frame: int
    media_s: float
    quad_px: tuple[Point, Point, Point, Point]
    rect_px: tuple[int, int, int, int]
    text: str
    certainty: float
    given: bool


@dataclass(frozen=True, slots=True)
class VotedPlate:
    """
    text           canonical; None: abstained, and `why_abstained` says why
    characters     of the likeliest text, given or not; empty where nothing was read
    alternatives   texts made of what shots proposed, the likeliest first: the first is what is given, if any is
    formats        names of those that the likeliest text fits
    ground         None where the shots do not agree on it
    shots          in the order of time
    rejected       how many plates in the shots were taken for somebody else's, by reason
    """

    text: str | None
    why_abstained: WhyNoPlate | None
    characters: tuple[VotedCharacter, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    formats: tuple[str, ...] = ()
    ground: Ground | None = None
    ground_confidence: float = 0.0
    shots: tuple[ReadShot, ...] = ()
    rejected: tuple[tuple[Stray, int], ...] = ()

    def __post_init__(self) -> None:
        if (self.text is None) == (self.why_abstained is None):
            raise ValueError(
                f"VotedPlate: wanted a text or why there is none, found {self.text!r} and {self.why_abstained!r}"
            )

    @property
    def abstained(self) -> bool:
        return self.text is None

    @property
    def rows(self) -> tuple[str, ...]:
        """The likeliest text as it stands on the plate; empty where nothing was read."""
        return self.alternatives[0].rows if self.alternatives else ()

    @property
    def lines(self) -> int | None:
        """1 or 2; None where nothing was read."""
        return len(self.rows) or None

    @property
    def certainty(self) -> float:
        """0..1 of the likeliest text."""
        return self.alternatives[0].confidence if self.alternatives else 0.0

    @property
    def best_shot(self) -> ReadShot | None:
        """The one to show beside the text: the surest of those that say it, else the surest."""
        said = self.alternatives[0].text if self.alternatives else ""
        return max(self.shots, key=lambda shot: (shot.text == said, shot.certainty), default=None)
