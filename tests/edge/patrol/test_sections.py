"""The patrol between cameras, with recorded plates at the narrow port where they are read."""

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from edge.loop.seen import Seen
from edge.patrol.across import Across, Between, End, RoadBetween, SpeedSection
from edge.patrol.patrol import Now
from edge.patrol.sections import READ_AFTER_S, WAITS_S, PlateSeen, SectionPatrol
from edge.patrol.sighting_book import SLACK_S, SightingBook
from edge.patrol.site_clock import SiteClock
from violations.rules.accusation import Withheld
from violations.rules.circumstances import Circumstances
from violations.rules.cloned_plate import Road
from violations.rules.section_speed import Section
from violations.rules.speeding import SpeedLimits
from vision.events.bodies import Crossing, Direction
from vision.frame import Frame
from vision.plates.voted import Alternative, VotedPlate, WhyNoPlate
from vision.tracks import Tracks

EIGHT = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
FIRST, SECOND = End("west", "out"), End("east", "in")
RING = SpeedSection(Section("ring", "west", "east", 400.0, 1.0), FIRST, SECOND, SpeedLimits(50))
RIVER = RoadBetween("river", (FIRST, SECOND), Road(5_000, 50))
NOTHING = np.zeros((8, 8, 3), np.uint8)
NOBODY = Tracks(
    id=np.zeros(0, np.int64), xyxy_px=np.zeros((0, 4), np.float32), score=np.zeros(0, np.float32),
    kind=np.zeros(0, np.int8), confirmed=np.zeros(0, np.bool_), seen=np.zeros(0, np.bool_), ended=np.zeros(0, np.int64),
)  # fmt: skip


def read(text: str | None = "30G58671") -> VotedPlate:
    if text is None:
        return VotedPlate(None, WhyNoPlate.UNSURE)
    return VotedPlate(text, None, alternatives=(Alternative((text[:3], text[3:]), 0.98),))


def crossing(line: str, at_s: float, track: int = 1, **changes) -> Crossing:
    fields = {
        "line": line, "role": "counting", "track": track, "vehicle": "car", "direction": Direction.LEFT_TO_RIGHT,
        "frame": 1, "at_s": at_s, "at_error_s": 0.05, "x": 0.5, "y": 0.5,
    }  # fmt: skip
    return Crossing.model_validate(fields | changes)


class Camera:
    """A recording of one camera that begins so long after eight o'clock; frame by frame, five a second."""

    def __init__(self, name, book, between, *, began_s=0.0, error_s=0.1, plate=None, around=Circumstances()):  # noqa: B008 — frozen
        self.name, self._around = name, around
        self.clock = SiteClock(lambda at_s: EIGHT + timedelta(seconds=began_s + at_s), live=False, error_s=error_s)
        self._plate = plate or read()
        self.patrol = SectionPatrol(Across(name, between, book, error_s), self.clock, self._look)

    def _look(self, track, at_s):
        return PlateSeen(self._plate, 3, b"png")

    def now(self, media_s):
        return Now(media_s, {}, lambda *_: self._around, None, None, None, None)  # type: ignore[arg-type]

    def play(self, *crossings, until_s=20.0, since_s=0.0):
        judged = []
        for number in range(round(since_s * 5), round(until_s * 5)):
            media_s = number / 5
            here = tuple(each for each in crossings if media_s - 0.2 < each.at_s <= media_s)
            judged += self.patrol.see(Seen(Frame(number, media_s, NOTHING, media_s), NOBODY, here), self.now(media_s))
        return judged

    def end(self, at_s=20.0):
        return list(self.patrol.finish(self.now(at_s)))


def pair(between, *, second_began_s=0.0, first=None, second=None):
    book = SightingBook(between.keep_s, patience_s=0.2)
    west = Camera("west", book, between, **(first or {}))
    east = Camera("east", book, between, began_s=second_began_s, **(second or {}))
    return book, west, east


FIFTY = Between((RING,), (), "0" * 64)
FAR = Between((), (RIVER,), "0" * 64)


def judge(between, *, took_s=18.0, first=None, second=None):
    book, west, east = pair(between, second_began_s=took_s, first=first, second=second)
    assert west.play(crossing("out", 4.0)) + west.end() == []
    return east.play(crossing("in", 4.0)) + east.end(), book


def test_the_second_camera_accuses_and_names_the_first_sighting():
    [judged], _ = judge(FIFTY)
    assert judged.verdict.accusation.offence == "speeding"
    measures = {one.name: one for one in judged.verdict.accusation.measures}
    assert measures["mean_speed"].value == pytest.approx(80.0)
    assert measures["took"].error == pytest.approx(2 * (0.05 + 0.1))
    assert (judged.linked.name, judged.linked.earlier.camera, judged.linked.then.line) == ("ring", "west", "out")
    assert (judged.linked.then.picture, judged.linked.read.text) == (b"png", "30G58671")
    assert judged.occurrence.place == "in"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"first": {"error_s": None}}, Withheld.CLOCKS_UNKNOWN),
        ({"second": {"error_s": None}}, Withheld.CLOCKS_UNKNOWN),
        ({"second": {"around": Circumstances(clock_error_s=None, local=None, officer=True)}}, None),
        ({"first": {"around": Circumstances(view_moved=True)}}, None),
        ({"first": {"plate": read(None)}}, None),
        ({"second": {"plate": read(None)}}, None),
        ({"second": {"plate": read("30G58672")}}, None),
        ({"took_s": 26.0}, None),
    ],
)
def test_doubts_withhold_or_let_nobody_be_linked(changes, why):
    judged, _ = judge(FIFTY, **changes)
    assert all(one.verdict.accusation is None for one in judged)
    assert {one.verdict.withheld for one in judged} - {None} == ({why} if why else set())


def test_a_plate_that_was_not_surely_read_is_counted_and_let_go():
    _, book = judge(FIFTY, first={"plate": read(None)})
    assert (book.tally().kept, book.tally().abstained) == (1, 1)


def test_an_impossible_time_is_a_suspicion_raised_once_by_the_later_camera():
    [judged], _ = judge(FAR)
    assert judged.verdict.accusation.offence == "cloned_plate"
    assert [doubt.value for doubt in judged.verdict.accusation.reasons_not_to_fine][-1] == "plate_perhaps_cloned"


def test_which_camera_is_watched_first_makes_no_difference_to_who_suspects():
    _, west, east = pair(FAR, second_began_s=18.0)
    west_said: list = []
    beside = threading.Thread(target=lambda: west_said.extend(west.play(crossing("out", 4.0)) + west.end()))
    beside.start()
    east_said = east.play(crossing("in", 4.0)) + east.end()
    beside.join()
    assert west_said == []
    assert [one.verdict.accusation.offence for one in east_said] == ["cloned_plate"]


def test_where_the_plate_is_suspected_its_speed_is_withheld():
    judged, _ = judge(Between((RING,), (RIVER,), "0" * 64))
    assert [one.verdict.withheld for one in judged] == [None, Withheld.PLATE_CLONED]
    assert judged[0].verdict.accusation.offence == "cloned_plate"


def test_a_hidden_foot_or_another_kind_is_no_sighting():
    book, west, _ = pair(FIFTY)
    west.play(crossing("out", 4.0, foot_hidden=True), crossing("out", 5.0, track=2, vehicle="bicycle"))
    west.end()
    assert book.tally().kept == 0


def test_a_camera_that_stands_still_is_waited_for_and_no_longer():
    book, _, east = pair(FIFTY, second_began_s=100.0)
    judged = east.play(crossing("in", 4.0), until_s=4.0 + WAITS_S + 1)
    assert judged == []
    assert book.tally().kept == 1


def test_sightings_are_forgotten_when_nothing_can_follow_from_them_and_all_at_the_end():
    book = SightingBook(10.0, most=2)
    book.join("west", 0.0, live=False)
    for number in range(4):
        book.reached("west", float(number))
        told = {"camera": "west", "at_s": float(number), "at_error_s": 0.1, "vehicle": "car", "then": None}
        last = book.add(read(f"30G5867{number}"), **told)
    assert (book.tally().kept, book.tally().evicted) == (4, 2)
    book.reached("west", 3.0 + 10.0 + SLACK_S + 1)
    assert book.tally().expired == 2
    assert book.before(last) == ()
    book.add(read(), camera="west", at_s=40.0, at_error_s=0.1, vehicle="car", then=None)
    book.close()
    assert book.tally().expired == 3


def test_no_sighting_is_kept_longer_than_somebody_may_still_be_too_fast():
    assert FIFTY.keep_s == pytest.approx(401 / (55 / 3.6))
    assert FAR.keep_s == pytest.approx(3.6 * 5_050 / 200)


def test_live_cameras_are_placed_by_their_promptest_pictures_and_their_drift_is_an_error():
    clock = SiteClock(lambda _: EIGHT, live=True, error_s=0.1, began=(1_000.0, 0.0))
    for number in range(100):
        late_s = 0.0 if number % 10 == 0 else 0.3
        clock.see(Frame(number, number / 10, NOTHING, 50.0 + number / 10 + late_s))
    assert clock.at(5.0) == pytest.approx((1_055.0, 0.1))
    for number in range(100, 200):
        clock.see(Frame(number, number / 10, NOTHING, 50.2 + number / 10))
    at_s, error_s = clock.at(15.0)
    assert (at_s, error_s) == pytest.approx((1_065.0, 0.3))


def test_a_camera_with_no_word_on_its_clock_has_no_error_to_tell():
    assert SiteClock(lambda _: EIGHT, live=False, error_s=None).at(1.0).error_s is None
    assert SiteClock(lambda _: EIGHT, live=True, error_s=0.1).at(1.0).error_s is None


def test_live_cameras_and_recordings_have_no_clock_in_common():
    book = SightingBook(10.0)
    book.join("west", 0.0, live=True)
    assert book.is_one_clock
    book.join("east", 0.0, live=False)
    assert not book.is_one_clock


def test_a_sighting_waits_until_its_views_are_in():
    book, west, _ = pair(FIFTY)
    west.play(crossing("out", 4.0), until_s=4.0 + READ_AFTER_S - 0.1)
    assert book.tally().kept == 0
    west.play(until_s=4.0 + READ_AFTER_S + 0.3, since_s=4.0 + READ_AFTER_S)
    assert book.tally().kept == 1
