import pytest

from vision.sources.report import Tally


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ({"frames_good": 30, "frames_expected": 30}, "decoded 30 of 30 stated frames"),
        ({"frames_good": 1}, "decoded 1 frame"),
        (
            {"frames_good": 241, "frames_expected": 494, "parts_damaged": 3, "parts_read": 244, "truncated": True},
            "decoded 241 of 494 stated frames; 3 damaged packets; the file ends early",
        ),
        (
            {"frames_good": 9, "frames_expected": 10, "parts_damaged": 1, "part": "picture file"},
            "decoded 9 of 10 stated frames; 1 damaged picture file",
        ),
        (
            {"frames_good": 12, "parts_read": 60, "parts_damaged": 3, "frames_corrupt": 1, "frames_smeared": 2},
            "decoded 12 frames; 3 damaged packets; 1 corrupt frame left out; 2 frames after damage may be smeared; "
            "44 packets gave no frame",
        ),
        (
            {"frames_good": 90, "frames_dropped": 30, "reconnects": 1, "timestamps_repaired": 2},
            "decoded 90 frames; 2 timestamps repaired; 30 frames dropped for fresher ones; 1 reconnect",
        ),
        (
            {"frames_good": 247, "frames_expected": 494, "parts_read": 247, "longest_gap_s": 0.125},
            "decoded 247 of 494 stated frames; no damage found and the stated end was reached, "
            "longest gap between frames 0.125 s",
        ),
    ],
)
def test_the_sentence_tells_everything_that_went_wrong_and_nothing_else(counts, sentence):
    assert Tally("clip.mp4", ended=True, **counts).report().sentence() == sentence


def test_packets_on_their_way_through_the_decoder_are_not_called_silent():
    assert Tally("clip.mp4", parts_read=5, frames_good=2).report().parts_silent == 0


def test_the_first_error_stays_the_first():
    tally = Tally("clip.mp4")
    tally.damage("first")
    tally.damage("second")
    assert (tally.report().first_error, tally.report().parts_damaged, tally.report().clean) == ("first", 2, False)


@pytest.mark.parametrize(
    ("counts", "damaged"),
    [
        ({}, False),
        ({"timestamps_repaired": 1}, False),
        ({"frames_dropped": 3, "reconnects": 1}, False),
        ({"frames_corrupt": 1}, True),
        ({"frames_smeared": 1}, True),
        ({"parts_read": 4, "parts_damaged": 1, "frames_good": 3}, True),
        ({"truncated": True}, True),
    ],
)
def test_only_what_harms_a_picture_is_damage(counts, damaged):
    assert Tally("clip.mp4", ended=True, **counts).report().damaged is damaged
