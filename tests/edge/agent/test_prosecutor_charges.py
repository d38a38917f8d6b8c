"""What becomes of judgements: one finding each, none for what was found out in time, a first picture of each stay."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from edge.agent.prosecutor import Prosecutor
from edge.patrol.overrides import Overrides
from edge.patrol.patrol import Judged
from edge.patrol.surroundings import Surroundings
from violations.errors import EvidenceError
from violations.evidence.gate import View
from violations.rules.accusation import Accusation, Doubt, Occurrence, Verdict, Withheld
from vision.events.bodies import Measure
from vision.events.lamps import LampSpan, LampTimeline
from vision.geometry.scene import Scene
from vision.sources.open import open_source
from vision.traffic.incidents.follower import Follower

BEGAN = datetime(2026, 11, 21, tzinfo=UTC)
SCENE = Scene.model_validate({"version": 1, "camera": "c"})
RED = LampTimeline(group="a", spans=(LampSpan(state="red", since_s=0, until_s=60, origin="controller"),))
TRAFFIC = (Doubt.OFFICER_UNSEEN, Doubt.PRIORITY_UNSEEN)


def accused(offence="wrong_way", track=7, place="north", at_s=1.0, group=None, doubts=TRAFFIC):
    measure = Measure(name="way_against", value=3.0, error=0.1, unit="bodies")
    who = Occurrence(track, "car", place, at_s - 0.5, at_s, 0.1)
    return Judged(who, Verdict(Accusation(offence, (measure,), doubts)), group)


def let_go(why, track=7, place="north", at_s=1.0):
    return Judged(Occurrence(track, "car", place, at_s, at_s, 0.1), Verdict(withheld=why))


class Says:
    """A patrol that says what it was told to, frame by frame."""

    def __init__(self, said, stays=None):
        self.said, self.told = said, stays or {}
        self.stays = frozenset()

    def see(self, seen, now):
        self.stays = frozenset(self.told.get(seen.frame.index, self.stays))
        return self.said.get(seen.frame.index, [])

    def finish(self, now):
        return self.said.get("end", [])


class Notes:
    """A witness that writes down whatever it is asked for."""

    def __init__(self, refuses=()):
        self.charges, self.kept, self.refuses = [], [], refuses

    def remember(self, seen):
        """Everything is remembered elsewhere."""

    def keep_still(self, track, seen):
        self.kept.append(("keep", track, seen.frame.index))

    def release_still(self, track):
        self.kept.append(("release", track))

    def testify(self, charge):
        if charge.accusation.offence in self.refuses:
            raise EvidenceError("no room")
        self.charges.append(charge)
        finding = SimpleNamespace(offence=charge.accusation.offence)
        return SimpleNamespace(finding=finding, package=SimpleNamespace(media=(), folder=None))


class Plates:
    def __init__(self, texts):
        self.texts, self.frames = texts, 0

    def see(self, seen):
        self.frames += 1

    def read(self, track, at_s):
        return SimpleNamespace(text=self.texts[track]) if track in self.texts else None


@pytest.fixture
def run(drive, believe):
    def go(said, *, witness=None, stays=None, overrides=None, view_moved=lambda a, b: False, **parts):
        notes = witness or Notes()
        around = Surroundings(
            lambda media_s: BEGAN + timedelta(seconds=media_s),
            SCENE.timezone,
            clock_error_s=lambda: 0.01,
            view_moved=view_moved,
            overrides=overrides,
        )
        judge = Prosecutor([Says(said, stays)], notes, Follower(SCENE, (160, 96)), around, {"a": RED}, **parts)
        with open_source(str(drive)) as source:
            proven = [one.finding.offence for frame in source for one in judge.watch(believe(frame))]
        return proven + [one.finding.offence for one in judge.finish()], judge, notes

    return go


def test_an_offence_that_goes_on_is_one_finding_and_several_at_one_time_are_several(run):
    lasting = {frame: [accused(at_s=frame / 25), accused("solid_line", at_s=frame / 25)] for frame in range(10, 40)}
    found, judge, notes = run(lasting)
    assert Counter(found) == {"wrong_way": 1, "solid_line": 1}
    assert [charge.occurrence.at_s for charge in notes.charges] == [0.4, 0.4]
    assert judge.unproven == 0


@pytest.mark.parametrize(("other", "findings"), [({"track": 8}, 2), ({"place": "south"}, 2), ({}, 1)])
def test_another_vehicle_or_another_place_is_another_finding(run, other, findings):
    found, _, _ = run({20: [accused()], 30: [accused(**other)]})
    assert len(found) == findings


def test_a_doubt_is_counted_once_for_each_vehicle_and_place(run):
    said = {frame: [let_go(Withheld.FOOT_HIDDEN), let_go(Withheld.FOOT_HIDDEN, track=8)] for frame in range(20)}
    found, judge, _ = run(said | {30: [let_go(Withheld.LAMP_UNKNOWN)]})
    assert (found, judge.withheld) == ([], {Withheld.FOOT_HIDDEN: 2, Withheld.LAMP_UNKNOWN: 1})


def test_what_is_judged_at_the_end_is_proven_too(run):
    assert run({"end": [accused(at_s=4.0)]})[0] == ["wrong_way"]


def test_an_offence_without_proof_is_dropped_and_the_other_is_not(run):
    found, judge, _ = run({20: [accused(), accused("solid_line")]}, witness=Notes(refuses=("wrong_way",)))
    assert (found, judge.unproven) == (["solid_line"], 1)


def test_the_lamp_of_the_offences_group_goes_into_the_charge_and_no_other(run):
    _, _, notes = run({20: [accused("red_light", group="a"), accused()]})
    assert [charge.lamp for charge in notes.charges] == [RED.spans[0], None]
    assert [tuple(charge.spans) for charge in notes.charges] == [RED.spans, ()]


def test_the_plate_is_that_of_the_accused_and_one_nobody_could_read_is_told(run):
    plates = Plates({7: "30A12345", 8: None})
    found, _, notes = run({20: [accused(), accused(track=8)]}, plates=plates, view=lambda: View.LOCKED)
    assert [charge.plate.text for charge in notes.charges] == ["30A12345", None]
    assert [Doubt.PLATE_AMBIGUOUS in charge.accusation.reasons_not_to_fine for charge in notes.charges] == [False, True]
    assert {charge.view for charge in notes.charges} == {View.LOCKED}
    assert (len(found), plates.frames) == (2, 120)


@pytest.fixture
def officer(tmp_path):
    """An officer who is written to have been there from 2 s to 3 s."""
    file = tmp_path / "o.yaml"
    since, until = ((BEGAN + timedelta(seconds=each)).isoformat() for each in (2, 3))
    file.write_text(f"officer:\n  - {{since: '{since}', until: '{until}', reason: he was there}}\n")
    return Overrides(file)


@pytest.mark.parametrize(
    ("doubts", "found", "withheld"),
    [(TRAFFIC, [], {Withheld.OFFICER: 1}), ((), ["no_helmet"], {})],
    ids=["what an officer explains", "what none does"],
)
def test_an_officer_found_to_have_been_there_lets_go_whom_he_may_have_waved_on(run, officer, doubts, found, withheld):
    proven, judge, _ = run({20: [accused("no_helmet", doubts=doubts)]}, overrides=officer)
    assert (proven, judge.withheld) == (found, withheld)


def test_a_first_picture_is_kept_of_each_stay_until_it_is_over_or_proven(run):
    stays = {10: {7, 8}, 20: {8}, 30: set()}
    _, _, notes = run({25: [accused("illegal_stop", track=8, at_s=1.0)]}, stays=stays)
    assert notes.kept[:3] == [("keep", 7, 10), ("keep", 8, 10), ("release", 7)]
    assert notes.kept[3:] == [("release", 8)]
