"""How findings are paired with what was done."""

import json

import numpy as np
import pytest

from benchmarks.accuracy.offence_match import Committed, Found, Outcome, Rows, Tally, accused, add_up, judge
from benchmarks.accuracy.offences import DAYS, folder_of, main, orders
from benchmarks.errors import BenchmarkError
from twin.offences.sky import Condition

FPS = 10.0


def rows(*each: tuple[int, int, tuple[float, float, float, float]]) -> Rows:
    """frame, who, box"""
    frame, who, boxes = zip(*each, strict=True)
    return Rows(np.array(frame, np.int64), np.array(who, np.int64), np.array(boxes, np.float32))


def standing(
    who: int, box: tuple[float, float, float, float], frames: int = 200
) -> list[tuple[int, int, tuple[float, float, float, float]]]:
    return [(frame, who, box) for frame in range(frames)]


LEFT, RIGHT = (0.0, 0.0, 10.0, 10.0), (50.0, 0.0, 60.0, 10.0)
TRUTH = rows(*standing(1, LEFT), *standing(2, RIGHT))
TRACKS = rows(*standing(7, (1.0, 0.0, 11.0, 10.0)), *standing(8, RIGHT), *standing(9, (200.0, 0.0, 210.0, 10.0)))


def committed(
    number: int = 1, offence: str = "wrong_way", *, judged: bool = True, plate: str | None = "29A12345"
) -> Committed:
    return Committed(number, "car", offence, 5.0, 8.0, judged, 0.0, offence, plate)


def found(track: int = 7, at_s: float = 6.0, offence: str = "wrong_way", plate: str | None = None) -> Found:
    return Found(offence, "car", track, at_s, plate)


def judged(finds: list[Found], done: list[Committed]) -> Outcome:
    return judge(finds, done, TRACKS, TRUTH, FPS)


def test_a_finding_means_the_vehicle_its_box_lies_on():
    assert accused(found(7), TRACKS, TRUTH, FPS) == 1
    assert accused(found(8), TRACKS, TRUTH, FPS) == 2
    assert accused(found(9), TRACKS, TRUTH, FPS) is None


@pytest.mark.parametrize(
    ("finds", "true", "false", "missed"),
    [
        ([found()], 1, 0, 0),
        ([], 0, 0, 1),
        ([found(8)], 0, 1, 1),
        ([found(9)], 0, 1, 1),
        ([found(at_s=1.0)], 0, 1, 1),
        ([found(at_s=10.5)], 1, 0, 0),
        ([found(at_s=12.0)], 0, 1, 1),
        ([found(offence="red_light")], 0, 1, 1),
        ([found(), found(at_s=7.0)], 1, 1, 0),
    ],
    ids=["right", "nothing", "another", "nobody", "too early", "a little late", "too late", "another offence", "twice"],
)
def test_each_offence_is_found_once_by_its_own_vehicle_in_its_own_time(finds, true, false, missed):
    outcome = judged(finds, [committed()])
    tallies = add_up([outcome])
    assert sum(one.true for one in tallies.values()) == true
    assert sum(one.false for one in tallies.values()) == false
    assert len(outcome.missed) == missed


def test_a_band_of_speeding_is_speeding():
    outcome = judged([found(offence="speeding_over_20")], [committed(offence="speeding")])
    assert outcome.tallies["speeding"] == Tally(1, 1, 0)


def test_the_undecided_counts_for_neither_side():
    silent, told = (judged(finds, [committed(judged=False)]) for finds in ([], [found()]))
    assert not silent.missed
    assert not silent.tallies
    assert len(told.undecided) == 1
    assert sum(one.false for one in told.tallies.values()) == 0


@pytest.mark.parametrize(
    ("read", "true", "said"),
    [("29A12345", "29A12345", "right"), ("29A12346", "29A12345", "wrong"), (None, "29A12345", "abstained"),
     (None, None, "covered"), ("29A12345", None, "invented")],
)  # fmt: skip
def test_plates_are_compared_where_the_offence_is_right(read, true, said):
    outcome = judged([found(plate=read)], [committed(plate=true)])
    assert outcome.plates == {said: 1}


def test_the_whole_run_shows_each_place_in_each_condition_and_more_by_day():
    wanted = orders(3, None, None, quick=False)
    by_day = [one for one in wanted if one.condition is Condition.DAY]
    at_night = [one for one in wanted if one.condition is Condition.NIGHT]
    assert len(by_day) == DAYS * len(at_night)
    assert len({folder_of(one) for one in wanted}) == len(wanted)


def test_an_offence_that_nobody_draws_is_named():
    with pytest.raises(BenchmarkError, match="sleeping"):
        orders(3, None, "sleeping", quick=False)


@pytest.mark.timeout(600)
def test_a_quick_run_finds_who_drives_the_wrong_way(capsys, tmp_path):
    main(["--quick", "--offence", "wrong_way", "--json", "--seed", "4", "--keep", str(tmp_path)])
    told = json.loads(capsys.readouterr().out)
    assert told["day"]["offences"]["wrong_way"]["committed"] == 1
    assert told["day"]["packages_broken"] == 0
    assert told["day"]["recall"] == 1.0, told["notes"]
    assert told["day"]["precision"] == 1.0, told["notes"]


def test_fewer_people_than_there_were_is_the_same_offence_and_more_is_false():
    fewer = judged([found(offence="two_passengers")], [committed(offence="three_passengers")])
    more = judged([found(offence="three_passengers")], [committed(offence="two_passengers")])
    assert fewer.tallies == {"three_passengers": Tally(1, 1, 0)}
    assert (fewer.lesser, more.lesser) == (1, 0)
    assert more.tallies == {"two_passengers": Tally(1, 0, 0), "three_passengers": Tally(0, 0, 1)}
