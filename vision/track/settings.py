"""Everything the tracker may be told; the defaults hold for road cameras between 5 and 30 frames a second."""

import math
from dataclasses import dataclass, field, fields

from vision.vehicles import VehicleKind

CROWDED = ("crowded_share", "crowded_birth_score")
KindWeights = tuple[tuple[float, ...], ...]


def confusable_kinds() -> KindWeights:
    """(6, 6) how far a detection of the column's kind can be the track of the row's kind: 1 surely, 0 never.

    Detectors mix up the four-wheelers; they call a rider seen from above a pedestrian, and now and then a car.
    A weight no higher than `low_match` lets only a good detection of that kind in, one no higher than `high_match`
    none at all.
    """
    rows = {
        VehicleKind.MOTORBIKE: {"motorbike": 1.0, "bicycle": 0.9, "pedestrian": 0.8, "car": 0.5},
        VehicleKind.BICYCLE: {"motorbike": 0.9, "bicycle": 1.0, "pedestrian": 0.8},
        VehicleKind.CAR: {"car": 1.0, "bus": 0.8, "truck": 0.9, "motorbike": 0.5, "pedestrian": 0.3},
        VehicleKind.BUS: {"car": 0.8, "bus": 1.0, "truck": 0.9},
        VehicleKind.TRUCK: {"car": 0.9, "bus": 0.9, "truck": 1.0},
        VehicleKind.PEDESTRIAN: {"motorbike": 0.8, "bicycle": 0.8, "pedestrian": 1.0, "car": 0.3},
    }
    return tuple(tuple(rows[kind].get(other.label, 0.0) for other in VehicleKind) for kind in VehicleKind)


@dataclass(frozen=True, slots=True)
class MotionSettings:
    """Noise of the motion model, in box sizes: one box size is the square root of the box's area.

    One box size is one to three metres for anything from a walker to a car, so these figures hold near and far.

    measured          deviation of a detected centre or side at score 1; it doubles towards score 0
    measured_px       the same never falls below this: boxes are cut from a coarse grid
    first_speed       deviation of a newborn's unknown speed, box sizes per second
    speed_wander      how far the speed may drift in one second, box sizes per second
    size_wander       how far a side may drift in one second, box sizes
    coast_s           an unseen track loses its speed with this time constant, so that a wrong speed cannot run away
    """

    measured: float = 0.05
    measured_px: float = 1.0
    first_speed: float = 4.0
    speed_wander: float = 1.5
    size_wander: float = 0.6
    coast_s: float = 2.0

    def __post_init__(self) -> None:
        for column in fields(self):
            value = getattr(self, column.name)
            if not (math.isfinite(value) and value > 0):
                raise ValueError(f"MotionSettings.{column.name}: wanted a number above 0, found {value}")


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """Scores and weights are 0..1, times are media seconds.

    high_score        detections from here up choose their track first
    low_score         detections from here up may continue a track that found nothing better; the rest is ignored
    birth_score       only a detection from here up starts a track
    high_match        least similarity (grown IoU × kind weight) of a track and a high detection
    low_match         the same for a low detection; stricter, because a weak box is often a part or a shadow
    size_ratio        least ratio of the smaller box's area to the larger's
    grow_sigmas       boxes are grown by this many deviations of the predicted place before their IoU is taken,
                      so that a hidden or a 5-fps track looks further than a steady one
    grow_limit        but never by more than this many box sizes
    unborn_grow_sigmas, unborn_grow_limit  the same while the track is unconfirmed and its speed a guess
    double_iou        a box overlapping a better one, already matched, by this much is a second box of the same object:
                      it starts no track, and continues none if its score is low
    part_inside       a box with this share of its area inside such a better one starts no track either,
    part_weight       if the kind weight of the two is at least this
    crowded_share     where so much of a box lies inside another object's, detectors see what is none: a head, a gap,
                      two riders as one;
    crowded_birth_score  there only a detection from here up starts a track
    confirm_hits      detections a track needs before it is believed
    confirm_score     and the sum of scores it needs: weak detections take longer to convince
    unborn_misses     frames in a row without a detection that end an unconfirmed track
    lost_s            a confirmed track unseen for longer than this ends
    standing_lost_s   the same for a track that stands, or has coasted to a stand: it cannot have gone far
    standing_speed    box sizes per second below which a track stands
    kind_margin       another kind must gather this many times the votes of the present one to replace it
    vote_weights      (6,) what a vote for each kind counts, after the logarithm of how much likelier the kind makes it:
                      a rider passes for a car or, the machine missed, for a pedestrian; a car or a pedestrian hardly
                      ever for a motorbike (0.2 to 0.7 % of a COCO detector's votes on cars of two other cities)
    kind_weights      (6, 6) see `confusable_kinds`
    motion            noise of the motion model
    """

    high_score: float = 0.25
    low_score: float = 0.15
    birth_score: float = 0.3
    high_match: float = 0.3
    low_match: float = 0.5
    size_ratio: float = 0.35
    grow_sigmas: float = 1.0
    grow_limit: float = 0.6
    unborn_grow_sigmas: float = 2.0
    unborn_grow_limit: float = 1.5
    double_iou: float = 0.6
    part_inside: float = 0.85
    part_weight: float = 0.8
    crowded_share: float = 0.4
    crowded_birth_score: float = 0.5
    confirm_hits: int = 3
    confirm_score: float = 0.9
    unborn_misses: int = 2
    lost_s: float = 1.5
    standing_lost_s: float = 3.0
    standing_speed: float = 0.25
    kind_margin: float = 1.2
    vote_weights: tuple[float, ...] = (2.0, 2.0, 1.0, 1.0, 1.0, 0.5)
    kind_weights: KindWeights = field(default_factory=confusable_kinds)
    motion: MotionSettings = field(default_factory=MotionSettings)

    def __post_init__(self) -> None:
        self._check_scores()
        self._check_kind_weights()
        for name in ("confirm_hits", "unborn_misses"):
            if getattr(self, name) < 1:
                raise ValueError(f"TrackerSettings.{name}: wanted at least 1, found {getattr(self, name)}")
        for name in (
            "grow_sigmas",
            "grow_limit",
            "unborn_grow_sigmas",
            "unborn_grow_limit",
            "confirm_score",
            "lost_s",
            "standing_lost_s",
            "standing_speed",
        ):
            if not (math.isfinite(getattr(self, name)) and getattr(self, name) >= 0):
                raise ValueError(f"TrackerSettings.{name}: wanted 0 or more, found {getattr(self, name)}")
        if not self.kind_margin >= 1:
            raise ValueError(f"TrackerSettings.kind_margin: wanted at least 1, found {self.kind_margin}")

    def _check_scores(self) -> None:
        if not 0 <= self.low_score <= self.high_score <= self.birth_score <= 1:
            raise ValueError(
                "TrackerSettings: wanted 0 <= low_score <= high_score <= birth_score <= 1, "
                f"found {self.low_score}, {self.high_score}, {self.birth_score}"
            )
        for name in ("high_match", "low_match", "size_ratio", "double_iou", "part_inside", "part_weight", *CROWDED):
            if not 0 < getattr(self, name) <= 1:
                raise ValueError(f"TrackerSettings.{name}: wanted above 0 and up to 1, found {getattr(self, name)}")

    def _check_kind_weights(self) -> None:
        kinds = len(VehicleKind)
        if len(self.vote_weights) != kinds or not all(weight > 0 for weight in self.vote_weights):
            raise ValueError(f"TrackerSettings.vote_weights: wanted {kinds} above 0, found {self.vote_weights}")
        if [len(row) for row in self.kind_weights] != [kinds] * kinds:
            raise ValueError(
                f"TrackerSettings.kind_weights: wanted {kinds} rows of {kinds}, "
                f"found rows of {[len(row) for row in self.kind_weights]}"
            )
        if not all(0 <= weight <= 1 for row in self.kind_weights for weight in row):
            raise ValueError(f"TrackerSettings.kind_weights: wanted weights 0..1, found {self.kind_weights}")
