"""The golden recordings of the two rules between cameras: whoever offends is accused, and nobody else."""

from datetime import UTC, datetime
from pathlib import Path

import yaml

from violations.rules.circumstances import Circumstances
from violations.rules.cloned_plate import Road, impossible_journey, suspect
from violations.rules.section_speed import PlateSighting, Section, section_speed
from violations.rules.speeding import SpeedLimits
from vision.plates.sightings import Sighting
from vision.plates.text import Ground

GOLDEN = Path(__file__).parent / "golden"
NOON = Circumstances(local=datetime(2026, 11, 20, 12, tzinfo=UTC), clock_error_s=0.05)


def recording(name):
    return yaml.safe_load((GOLDEN / f"{name}.yaml").read_text("utf-8"))


def test_only_who_surely_drove_the_section_too_fast_is_accused():
    told = recording("section_speed")
    section, limits = Section(**told["section"]), SpeedLimits(limit_kmh=told["limit_kmh"])
    verdicts = {}
    for number, one in told["vehicles"].items():
        read = one["plate"] if one.get("read_at_first", True) else None
        first = PlateSighting("north", read, one.get("kind_at_first", one["kind"]), one["first_s"], 0.2)
        second = PlateSighting("south", one["plate"], one["kind"], one["second_s"], one.get("second_error_s", 0.2))
        suspected = one.get("suspected", False)
        verdicts[number] = section_speed(first, second, section, limits, NOON, suspected=suspected)
    assert [number for number, verdict in verdicts.items() if verdict.accusation is not None] == told["accused"]
    withheld = {number: verdict.withheld for number, verdict in verdicts.items() if verdict.withheld is not None}
    assert withheld == {number: why for number, why in told["withheld"].items() if why != "no_offence"}


def test_only_an_impossible_journey_is_suspected_and_nobody_is_accused_of_it():
    told = recording("cloned_plate")
    road, suspected = Road(**told["road"]), []
    for number, one in told["pairs"].items():
        first, second = (
            Sighting(
                camera=camera,
                plate=plate,
                rows=(plate[:3], plate[3:]),
                vehicle="car",
                ground=Ground.WHITE,
                at_s=at_s,
                at_error_s=one.get("error_s", 0.5),
                certainty=one.get("certainty", 0.97),
            )
            for plate, camera, at_s in zip(one["plates"], one["cameras"], one["at_s"], strict=True)
        )
        suspicion = impossible_journey(first, second, road)
        if suspicion is not None:
            suspected.append(number)
            assert suspect(suspicion, NOON).accusation.offence == "cloned_plate"
    assert suspected == told["suspected"]
