"""What several shots say together: agreement adds up, contradiction abstains, nothing is invented."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.plates.count import ShotLooks, count
from vision.plates.doubts import ShotSaid
from vision.plates.reader import PlateLook, PlateReading
from vision.plates.text import ALPHABET, Ground
from vision.plates.vote import vote
from vision.plates.voted import ReadShot, Stray, VotedPlate, WhyNoPlate

BIKE, CAR = ("59G1", "96577"), ("30E", "58670")


def test_shots_that_agree_give_what_none_of_them_would_give_alone(said_of, grammar):
    shots = [said_of(BIKE, frame, sure=0.93) for frame in range(5)]
    assert not any(one.read.given for one in shots)
    plate = vote(shots, "motorbike", grammar)
    assert (plate.text, plate.rows, plate.lines, plate.ground) == ("59G196577", BIKE, 2, Ground.WHITE)
    assert "motorbike" in plate.formats
    assert [one.character for one in plate.characters] == list("59G196577")
    assert plate.certainty > shots[0].read.certainty
    assert vote(shots[:1], "motorbike", grammar).why_abstained is WhyNoPlate.UNSURE


def test_one_surely_given_shot_is_enough(said_of, grammar):
    assert vote([said_of(BIKE, sure=0.9999)], "motorbike", grammar).text == "59G196577"


def test_nothing_and_others_plates_are_told_apart(said_of, grammar):
    assert vote([], "car", grammar).why_abstained is WhyNoPlate.NO_PLATE_FOUND
    others = vote([], "car", grammar, [Stray.NEARER_VEHICLE, Stray.OUTSIDE, Stray.OUTSIDE])
    assert others.why_abstained is WhyNoPlate.NOT_ITS_OWN
    assert dict(others.rejected) == {Stray.NEARER_VEHICLE: 1, Stray.OUTSIDE: 2}
    assert vote([said_of(("",))], "car", grammar).why_abstained is WhyNoPlate.UNREADABLE


def test_a_shot_that_alone_would_give_another_text_makes_the_vote_abstain(said_of, grammar):
    shots = [said_of(BIKE, frame, sure=0.97) for frame in range(4)]
    other = said_of(("59G1", "96571"), 9, sure=0.999)
    plate = vote([*shots, other], "motorbike", grammar)
    assert plate.why_abstained is WhyNoPlate.SHOTS_DISAGREE
    assert plate.text is None
    assert plate.alternatives[0].text == "59G196577"
    assert "59G196571" in [one.text for one in plate.alternatives]


def test_a_character_that_may_be_another_abstains_and_names_both(said_of, grammar):
    shots = [said_of(BIKE, frame, sure=0.98, instead={8: ("1", 0.6)}) for frame in range(3)]
    plate = vote(shots, "motorbike", grammar)
    assert plate.why_abstained is WhyNoPlate.SMALL_MARGIN
    assert {one.text for one in plate.alternatives[:2]} == {"59G196577", "59G196571"}
    assert plate.characters[8].alternatives[0][0] == "1"


@pytest.mark.parametrize(
    ("rows", "vehicle", "told", "why"),
    [
        (("13A", "12345"), "car", {}, WhyNoPlate.ODD_FORMAT),
        (("59G19", "6577"), "motorbike", {}, WhyNoPlate.ODD_FORMAT),
        (BIKE, "motorbike", {"lines": 1}, WhyNoPlate.LINES_CONTRADICT),
        (BIKE, "motorbike", {"aspect": 4.5}, WhyNoPlate.LINES_CONTRADICT),
        (("30E58670",), "car", {"aspect": 1.4}, WhyNoPlate.LINES_CONTRADICT),
        (BIKE, "car", {}, WhyNoPlate.VEHICLE_CONTRADICTS),
        (CAR, "motorbike", {}, WhyNoPlate.CAR_OR_MOTORBIKE),
        (("59G1", "9657"), "car", {}, WhyNoPlate.CAR_OR_MOTORBIKE),
        (("59G1", "9657"), "motorbike", {"aspect": 2.4}, WhyNoPlate.CAR_OR_MOTORBIKE),
        (BIKE, "motorbike", {"ground": Ground.RED}, WhyNoPlate.GROUND_CONTRADICTS),
    ],
)
def test_what_does_not_go_together_abstains(said_of, grammar, rows, vehicle, told, why):
    shots = [said_of(rows, frame, sure=0.9999, **told) for frame in range(3)]
    plate = vote(shots, vehicle, grammar)
    assert plate.why_abstained is why
    assert plate.alternatives[0].text == "".join(rows)


@pytest.mark.parametrize(
    ("rows", "vehicle", "aspect"),
    [(CAR, "car", 1.4), (CAR, "truck", 2.0), (("59G1", "9657"), "motorbike", 1.36), (("30E58670",), "car", 4.2)],
)
def test_eight_characters_are_given_where_rows_shape_and_vehicle_agree(said_of, grammar, rows, vehicle, aspect):
    shots = [said_of(rows, frame, sure=0.9999, aspect=aspect) for frame in range(3)]
    assert vote(shots, vehicle, grammar).rows == rows


def test_eight_characters_whose_row_break_is_read_in_two_ways_abstain(said_of, grammar):
    shots = [said_of(("30E", "58670"), frame, sure=0.999) for frame in range(3)]
    other = said_of(("30E5", "8670"), 4, sure=0.96)
    assert vote([*shots, other], "car", grammar).why_abstained is WhyNoPlate.CAR_OR_MOTORBIKE


def test_a_ground_that_is_not_surely_seen_contradicts_nothing(said_of, grammar):
    shots = [said_of(BIKE, frame, sure=0.9999, ground=Ground.BLUE, ground_sure=0.6) for frame in range(3)]
    plate = vote(shots, "motorbike", grammar)
    assert plate.text == "59G196577"
    assert plate.ground is None


def test_a_lookalike_that_cannot_stand_there_speaks_for_the_character_that_can(said_of, grammar):
    proposed = [said_of(("3DE", "58670"), frame, sure=0.97, instead={1: ("0", 0.3)}) for frame in range(4)]
    assert vote(proposed, "car", grammar).text == "30E58670"


def test_a_lookalike_that_no_shot_proposed_is_not_invented(said_of, grammar):
    plate = vote([said_of(("3DE", "58670"), frame, sure=0.999) for frame in range(4)], "car", grammar)
    assert plate.why_abstained is WhyNoPlate.ODD_FORMAT
    assert all(one.text[1] == "D" for one in plate.alternatives)


def test_a_blurred_shot_hardly_counts_beside_sharp_ones(said_of, grammar):
    sharp = [said_of(BIKE, frame, sure=0.985) for frame in range(3)]
    blurred = [said_of(("53C1", "36571"), 7, sure=0.4), said_of(("5N",), 8, sure=0.3)]
    assert vote([*sharp, *blurred], "motorbike", grammar).text == "59G196577"


def test_a_plate_says_either_a_text_or_why_there_is_none():
    with pytest.raises(ValueError, match="wanted a text or why there is none"):
        VotedPlate(None, None)
    with pytest.raises(ValueError, match="wanted a text or why there is none"):
        VotedPlate("30E58670", WhyNoPlate.UNSURE)


def test_the_best_shot_is_the_surest_that_says_the_text(said_of, grammar):
    shots = [said_of(BIKE, 0, sure=0.96), said_of(BIKE, 1, sure=0.98), said_of(("59G1", "96571"), 2, sure=0.985)]
    assert vote(shots, "motorbike", grammar).best_shot.frame == 1
    assert VotedPlate(None, WhyNoPlate.NO_SHOT).best_shot is None


def noisy(seed: int, shots: int) -> list[ShotSaid]:
    """Shots with distributions by chance, of layouts by chance."""
    rng = np.random.default_rng(seed)
    found = []
    for frame in range(shots):
        looks = []
        for _ in range(3):
            rows = [(4, 5), (3, 5), (8, 0)][int(rng.integers(3))]
            chances = rng.dirichlet(np.full(len(ALPHABET), 0.05), sum(rows)).astype(np.float32)
            text = "".join(ALPHABET[code] for code in chances.argmax(1))
            sure = tuple(float(one) for one in chances.max(1))
            reading = PlateReading(text, sure, float(rng.random()), 1 + bool(rows[1]), Ground.WHITE, 0.9, None)
            looks.append(PlateLook(reading, rows, chances))
        read = ReadShot(frame, 0.0, ((0.0, 0.0),) * 4, (0, 0, 1, 1), looks[0].reading.text, 0.5, given=False)
        found.append(ShotSaid(read, ShotLooks(tuple(looks), 1.4)))
    return found


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), shots=st.integers(1, 5))
def test_no_character_is_ever_given_that_no_look_proposed(grammar, seed, shots):
    said = noisy(seed, shots)
    plate = vote(said, "car", grammar)
    looks = [look for one in said for look in one.looks.looks]
    for alternative in plate.alternatives:
        layout = tuple(len(row) for row in alternative.rows)
        fitting = [look for look in looks if tuple(n for n in look.rows if n) == layout]
        for place, character in enumerate(alternative.text):
            most = max(float(look.chances[place, ALPHABET.index(character)]) for look in fitting)
            assert most >= 0.1 or any(look.reading.text[place] == character for look in fitting)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations(range(4)))
def test_the_order_of_the_shots_changes_nothing(seed, order):
    looks = [one.looks for one in noisy(seed, 4)]
    first, second = count(looks), count([looks[place] for place in order])
    assert first.layout == second.layout
    np.testing.assert_allclose(first.chances, second.chances, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_chances_are_chances(seed):
    ballot = count([one.looks for one in noisy(seed, 3)])
    np.testing.assert_allclose(ballot.chances.sum(axis=1), 1)
    assert 0 < ballot.agreed <= 1
    best = ballot.alternatives()
    assert [one.confidence for one in best] == sorted((one.confidence for one in best), reverse=True)
    assert sum(one.confidence for one in best) <= 1 + 1e-9
