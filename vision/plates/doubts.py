"""What speaks against giving the text that the shots of a track propose."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log

from vision.plates.ballot import Ballot
from vision.plates.count import ShotLooks
from vision.plates.grammar import Format, Grammar
from vision.plates.text import Ground
from vision.plates.voted import Alternative, ReadShot, WhyNoPlate
from vision.vehicles import KindName


@dataclass(frozen=True, slots=True)
class VoteLimits:
    """
    certainty         a text less likely than this is not given
    times_likelier    nor one with a character that is less than so many times as likely as any other in its place
    agreed            nor one with a character, or a layout, that fewer than this share of the shots see, each counted
                      by its certainty
    overturn          a text that fits a format may be less likely than one that fits none, by this factor at most
    sure_ground       a ground as sure as this that goes with no fitting format contradicts the text
    one_row_aspect    a plate that seems wider than this, width by height, has one row …
    two_rows_aspect   … one that seems narrower than this has two
    motorbike_aspect  a plate that seems wider than this is no motorbike's; narrower ones are cars' too, of 280 × 200 mm
    alternatives      told at most
    """

    certainty: float = 0.9
    times_likelier: float = 8.0
    agreed: float = 0.5
    overturn: float = 0.05
    sure_ground: float = 0.9
    one_row_aspect: float = 3.3
    two_rows_aspect: float = 1.8
    motorbike_aspect: float = 1.75
    alternatives: int = 5


@dataclass(frozen=True, slots=True, eq=False)
class ShotSaid:
    """A shot that shows the track's own plate: what it says alone, and the looks behind that."""

    read: ReadShot
    looks: ShotLooks


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """The likeliest text of a track that a plate can bear, and all that is known around it.

    ground: only where it is surely seen.
    """

    best: Alternative
    ballot: Ballot
    said: Sequence[ShotSaid]
    vehicle: KindName
    ground: Ground | None
    grammar: Grammar
    limits: VoteLimits

    @property
    def formats(self) -> tuple[Format, ...]:
        return self.grammar.standing(self.best.rows)

    @property
    def saying(self) -> list[ShotSaid]:
        """The shots that alone say just this text."""
        return [one for one in self.said if one.read.text == self.best.text]

    @property
    def aspect(self) -> float:
        """Width by height of the plate as most shots see it."""
        ordered = sorted(one.looks.aspect for one in self.saying or self.said)
        return ordered[len(ordered) // 2]


def why_not(case: Case) -> WhyNoPlate | None:
    """The first doubt that holds: what the picture shows otherwise comes before mere uncertainty."""
    return next((why for why, holds in DOUBTS if holds(case)), None)


def borne_by(formats: Iterable[Format], vehicle: KindName) -> list[Format]:
    return [one for one in formats if vehicle in one.vehicles]


def _is_odd(case: Case) -> bool:
    return not case.formats


def _lines_contradict(case: Case) -> bool:
    """Most looks see another number of lines than the text has, or the plate has another shape."""
    lines = len(case.best.rows)
    looks = [look.reading for one in case.saying or case.said for look in one.looks.looks if look.reading.text]
    otherwise = sum(look.lines != lines for look in looks)
    limits = case.limits
    odd_shape = case.aspect < limits.two_rows_aspect if lines == 1 else case.aspect > limits.one_row_aspect
    return 2 * otherwise >= len(looks) or odd_shape


def _is_car_or_motorbike(case: Case) -> bool:
    """The text, broken or worn otherwise, would be the number of the other kind of vehicle, and which it is here is not
    sure: not all read the row break alike, or the plate's shape and the vehicle's kind do not both say the same."""
    text = case.best.text
    breaks = [(text,), *((text[:at], text[at:]) for at in range(1, len(text)))]
    if len({one for rows in breaks for one in _of_motorbikes(case.grammar.standing(rows))}) < 2:
        return False
    here = _of_motorbikes(case.formats)
    read = [look for one in case.said for look in one.looks.looks if look.reading.text == text]
    if len(here) != 1 or any(look.rows != case.ballot.layout for look in read):
        return True
    is_motorbike = here == {True}
    is_too_wide = is_motorbike and case.aspect > case.limits.motorbike_aspect
    return is_too_wide or (case.vehicle == "motorbike") is not is_motorbike


def _of_motorbikes(formats: Iterable[Format]) -> set[bool]:
    """Of formats that not all kinds of vehicles bear: whether motorbikes do."""
    return {"motorbike" in one.vehicles for one in formats if not {"motorbike", "car"} <= one.vehicles}


def _vehicle_contradicts(case: Case) -> bool:
    return not borne_by(case.formats, case.vehicle)


def _ground_contradicts(case: Case) -> bool:
    return case.ground is not None and not any(
        case.ground in one.grounds for one in borne_by(case.formats, case.vehicle)
    )


def _shots_disagree(case: Case) -> bool:
    """Some shot alone would give another text, or too few see some character of this one."""
    if any(one.read.given and one.read.text != case.best.text for one in case.said):
        return True
    return min(case.ballot.agreed, case.ballot.support(case.best.text)) < case.limits.agreed


def _has_small_margin(case: Case) -> bool:
    return case.ballot.margin(case.best.text) < log(case.limits.times_likelier)


def _is_unsure(case: Case) -> bool:
    """A single shot must have been given by the reader itself; several must be likely enough together."""
    if sum(_nearly_says(one.read.text, case.best.text) for one in case.said) < 2:
        return not any(one.read.given for one in case.saying)
    return case.best.confidence < case.limits.certainty


def _nearly_says(text: str, best: str) -> bool:
    """All but one character, in the same places."""
    return len(text) == len(best) and sum(one != other for one, other in zip(text, best, strict=True)) < 2


DOUBTS: tuple[tuple[WhyNoPlate, Callable[[Case], bool]], ...] = (
    (WhyNoPlate.ODD_FORMAT, _is_odd),
    (WhyNoPlate.LINES_CONTRADICT, _lines_contradict),
    (WhyNoPlate.CAR_OR_MOTORBIKE, _is_car_or_motorbike),
    (WhyNoPlate.VEHICLE_CONTRADICTS, _vehicle_contradicts),
    (WhyNoPlate.GROUND_CONTRADICTS, _ground_contradicts),
    (WhyNoPlate.SHOTS_DISAGREE, _shots_disagree),
    (WhyNoPlate.SMALL_MARGIN, _has_small_margin),
    (WhyNoPlate.UNSURE, _is_unsure),
)
