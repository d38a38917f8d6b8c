"""The figures of a run and of many seeds; what they mean is that of the papers, so that they can be compared."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import fmean, median
from xml.etree import ElementTree as ET

GRIDLOCK = 2.0


@dataclass(frozen=True, slots=True)
class Trip:
    """One vehicle. waited_s: standing; depart_delay_s: before it could enter."""

    time_loss_s: float
    depart_delay_s: float
    waited_s: float
    arrived: bool


@dataclass(frozen=True, slots=True)
class SeedFigures:
    """One run. delay_s: mean of time loss + departure delay over all that entered, arrived or not.

    never_entered: vehicles whose turn came and that found no room until the end; they are in none of the means but
    delay_with_absent_s, where they count with the time they waited outside.
    refused: commands that the guard refused; overruled: seconds in which it led to another stage than was asked for.
    """

    seed: int
    delay_s: float
    time_loss_s: float
    depart_delay_s: float
    delay_with_absent_s: float
    vehicles: int
    arrived: int
    never_entered: int
    worst_wait_s: float
    worst_depart_delay_s: float
    collisions: int
    teleports: int
    longest_red_s: float
    switches: int
    refused: int
    overruled_s: float
    dangers: int
    decision_p99_ms: float
    wall_s: float


@dataclass(frozen=True, slots=True)
class Summary:
    """Over the seeds. gridlocked: seeds whose delay is above twice the median."""

    median_delay_s: float
    worst_delay_s: float
    worst_of_median: float
    gridlocked: int
    median_depart_delay_s: float
    worst_wait_s: float
    collisions: int
    teleports: int
    never_entered: int
    refused: int


def read_trips(file: Path) -> tuple[Trip, ...]:
    """From SUMO's tripinfo output, written with unfinished trips; those that never entered are not trips."""
    root = ET.parse(file).getroot()  # noqa: S314  written by our own simulation
    return tuple(
        Trip(
            float(each.get("timeLoss", "0")),
            max(0.0, float(each.get("departDelay", "0"))),
            float(each.get("waitingTime", "0")),
            float(each.get("arrival", "-1")) >= 0,
        )
        for each in root.iter("tripinfo")
        if float(each.get("depart", "-1")) >= 0
    )


def mean_delay_s(trips: Sequence[Trip]) -> float:
    """0 without trips."""
    return fmean(trip.time_loss_s + trip.depart_delay_s for trip in trips) if trips else 0.0


def delay_with_absent_s(trips: Sequence[Trip], outside_s: Sequence[float]) -> float:
    """outside_s: how long each vehicle that never entered had been waiting when the run ended."""
    delays_s = [trip.time_loss_s + trip.depart_delay_s for trip in trips] + list(outside_s)
    return fmean(delays_s) if delays_s else 0.0


def summarise(seeds: Sequence[SeedFigures]) -> Summary:
    """Raises ValueError without seeds."""
    if not seeds:
        raise ValueError("summarise: wanted the figures of one seed or more, found none")
    delays_s = [each.delay_s for each in seeds]
    middle_s, worst_s = median(delays_s), max(delays_s)
    return Summary(
        median_delay_s=middle_s,
        worst_delay_s=worst_s,
        worst_of_median=worst_s / middle_s if middle_s else 1.0,
        gridlocked=sum(delay > GRIDLOCK * middle_s for delay in delays_s),
        median_depart_delay_s=median(each.depart_delay_s for each in seeds),
        worst_wait_s=max(each.worst_wait_s for each in seeds),
        collisions=sum(each.collisions for each in seeds),
        teleports=sum(each.teleports for each in seeds),
        never_entered=sum(each.never_entered for each in seeds),
        refused=sum(each.refused for each in seeds),
    )


def as_document(seeds: Sequence[SeedFigures], **about: object) -> dict[str, object]:
    """What --json prints."""
    return {**about, **asdict(summarise(seeds)), "seeds": [asdict(each) for each in seeds]}
