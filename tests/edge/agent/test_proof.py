"""What a proof holds beside the clip: the plate's very pixels, who was where, the beginning of a stay, and the gate."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import cv2
import numpy as np
import pytest

from edge.agent.places import PlaceShape
from edge.agent.witness import RING_S, Charge, Identity, Witness
from violations.errors import EvidenceError
from violations.evidence.believed import Believed
from violations.evidence.gate import View
from violations.evidence.papers import Approval, Calibration, DevicePapers
from violations.evidence.record import ClockQuality, Manifest, ModelUsed
from violations.evidence.verify import verify_package
from violations.rules.accusation import Accusation, Doubt, Occurrence
from vision.events.bodies import Measure
from vision.events.lamps import LampSpan
from vision.plates.text import Ground
from vision.plates.voted import Alternative, ReadShot, Stray, VotedCharacter, VotedPlate, WhyNoPlate
from vision.sources.open import open_source

BEGAN = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)
PAPERS = DevicePapers(
    unit="Đội CSGT số 1",
    operator="Nguyễn Văn A",
    site="Ngã tư Vọng",
    approval=Approval(number="12/QĐ", until=date(2027, 1, 1)),
    calibration=Calibration(certificate="KĐ 5", on=date(2026, 1, 1), until=date(2027, 1, 1)),
)
IDENTITY = Identity(
    camera="cam-1",
    boot="b1",
    scene_sha256="1" * 64,
    model=ModelUsed(name="eyes", sha256="2" * 64),
    software="ngatu test",
    clock=ClockQuality(synchronised=True, error_s=0.01),
    calibration_sha256="3" * 64,
    models={"reader": ModelUsed(name="letters", sha256="4" * 64)},
    papers=PAPERS,
    live=True,
)
BAY = PlaceShape("zone", (np.array([[10, 30], [90, 30], [90, 60], [10, 60], [10, 30]], np.float32),))


def plate(text, *shots, why=None):
    letters = (VotedCharacter("2", 0.9), VotedCharacter("9", 0.8, (("8", 0.1),)))
    texts = (Alternative(("29",), 0.8), Alternative(("28",), 0.1))
    return VotedPlate(text, why, letters, texts, ground=Ground.WHITE, shots=shots, rejected=((Stray.OUTSIDE, 2),))


def shot_at(number, certainty=0.9):
    """The plate is the middle of the car's lower edge."""
    x = 8.0 + number + 12
    quad = ((x - 5, 51.0), (x + 5, 51.0), (x + 5, 55.0), (x - 5, 55.0))
    return ReadShot(number, number / 25, quad, (number, 30, number + 40, 60), "29", certainty, True)


def charge_of(at_s=2.4, since_s=None, **changes):
    occurrence = Occurrence(
        track=7, vehicle="car", place="bay", since_s=at_s if since_s is None else since_s, at_s=at_s, at_error_s=0.02
    )
    standing = Measure(name="stood", value=30, error=0.2, unit="s")
    accusation = Accusation("illegal_stop", (standing,), (Doubt.OFFICER_UNSEEN,))
    return Charge(accusation, occurrence, **({"view": View.LOCKED} | changes))


@pytest.fixture
def witnessed(drive, believe, ledger_of, tmp_path):
    """Let a witness see the drive and testify; `during` may act in each frame."""

    def run(charge, identity=IDENTITY, during=lambda _witness, _seen: None, hidden=(), **changes):
        folder = tmp_path / "evidence"
        folder.mkdir(exist_ok=True)
        with open_source(str(drive), ring_s=RING_S) as source:
            witness = Witness(
                identity,
                source.ring,
                {"bay": BAY},
                ledger_of(folder),
                lambda media_s: BEGAN + timedelta(seconds=media_s),
                **changes,
            )
            for frame in source:
                seen = believe(frame, seen=frame.index not in hidden)
                witness.remember(seen)
                during(witness, seen)
            proof = witness.testify(charge)
        assert verify_package(proof.package.folder, proof.finding.package) == []
        return proof, Manifest.model_validate_json((proof.package.folder / "manifest.json").read_bytes()).record

    return run


def test_the_plate_is_cut_from_the_very_frame_that_was_read(witnessed, number_of, drive):
    proof, record = witnessed(charge_of(plate=plate("29", shot_at(36, 0.5), shot_at(40), shot_at(44, 0.8))))
    crop = record.plate.crop
    still = cv2.imread(str(proof.package.folder / crop.still))
    cut = cv2.imread(str(proof.package.folder / crop.name))
    box = crop.rectangle
    assert number_of(still) == 40
    assert (still[box.y1 : box.y2, box.x1 : box.x2] == cut).all()
    with open_source(str(drive)) as source:
        assert (next(frame for frame in source if frame.index == 40).image == still).all()
    assert (box.x1 <= 55 and box.x2 >= 65 and box.y1 <= 51 and box.y2 >= 55) is True
    assert proof.finding.plate == record.plate.text == "29"
    assert [(one.text, one.confidence) for one in record.plate.characters] == [("2", 0.9), ("9", 0.8)]
    assert (record.plate.alternatives, record.plate.confidence, record.plate.strays) == ((("28", 0.1),), 0.8, 2)


def test_a_plate_read_in_no_picture_that_is_kept_is_not_claimed(witnessed):
    proof, record = witnessed(charge_of(plate=plate("29", shot_at(500))))
    assert (record.plate.text, record.plate.why_abstained, proof.finding.plate) == (None, "not_kept", None)
    assert record.plate.alternatives == (("29", 0.8), ("28", 0.1))


def test_a_reader_that_abstained_says_why_and_still_shows_what_it_saw(witnessed):
    proof, record = witnessed(charge_of(plate=plate(None, shot_at(40), why=WhyNoPlate.SMALL_MARGIN)))
    assert (record.plate.text, record.plate.why_abstained) == (None, "small_margin")
    assert (proof.package.folder / record.plate.crop.name).is_file()


def test_who_was_believed_where_is_sealed_with_the_clip(witnessed):
    proof, record = witnessed(charge_of())
    believed = Believed.model_validate_json((proof.package.folder / record.tracks).read_bytes())
    assert believed.size_px == (160, 96)
    assert [frame.frame for frame in believed.frames] == list(range(120))
    [(who, kind, *box, seen)] = believed.frames[60].tracks
    assert (who, believed.kinds[kind], box, seen) == (7, "car", [68, 40, 92, 56], True)


def test_the_zone_is_drawn_beside_the_untouched_still(witnessed):
    proof, record = witnessed(charge_of())
    plain = cv2.imread(str(proof.package.folder / "still_at.jpg")).astype(int)
    explained = cv2.imread(str(proof.package.folder / "overlay.jpg"))
    changed = np.abs(plain - explained).max(axis=2) > 60
    assert changed[30, 20:60].mean() > 0.9
    assert changed[35:55, 10].mean() > 0.9
    assert (record.place.kind, record.place.name, record.line, proof.finding.place) == ("zone", "bay", None, "bay")


def test_a_stay_whose_beginning_the_clip_holds_shows_it(witnessed, number_of):
    proof, record = witnessed(charge_of(at_s=3.6, since_s=1.0))
    began = record.stills[0]
    assert (began.shows, began.kept, began.frame, record.since_s) == ("still_began", "clip", 25, 1.0)
    assert number_of(cv2.imread(str(proof.package.folder / began.name))) == 25


def test_a_stay_that_outlasts_the_ring_shows_the_picture_kept_when_it_began(witnessed, number_of):
    """The stay is said to have begun 30 s before the moment; a picture of that time was kept."""

    def during(witness, seen):
        if seen.frame.index == 5:
            early = replace(seen.frame, media_s=-26.4)
            witness.keep_still(7, replace(seen, frame=early))

    proof, record = witnessed(charge_of(at_s=3.6, since_s=-26.5), during=during)
    began = record.stills[0]
    assert (began.shows, began.kept, began.media_s) == ("still_began", "picture", -26.4)
    assert number_of(cv2.imread(str(proof.package.folder / began.name))) == 5
    believed = Believed.model_validate_json((proof.package.folder / record.tracks).read_bytes())
    assert believed.frames[0].frame == 5


def test_a_stay_without_a_picture_of_its_beginning_is_no_proof(witnessed):
    with pytest.raises(EvidenceError, match=r"no picture was kept of its beginning at -26.50 s"):
        witnessed(charge_of(at_s=3.6, since_s=-26.5))


def test_a_kept_picture_that_was_given_back_is_gone(witnessed):
    def during(witness, seen):
        if seen.frame.index == 5:
            witness.keep_still(7, replace(seen, frame=replace(seen.frame, media_s=-26.4)))
            witness.release_still(7)

    with pytest.raises(EvidenceError, match="no picture was kept"):
        witnessed(charge_of(at_s=3.6, since_s=-26.5), during=during)


def test_with_all_papers_in_order_a_finding_may_be_prosecuted(witnessed):
    proof, record = witnessed(charge_of())
    assert proof.finding.gate == record.gate
    assert (record.gate.prosecutable, record.gate.reasons) == (True, ())
    assert record.papers == PAPERS
    assert (record.calibration_sha256, record.models["reader"].name) == ("3" * 64, "letters")


@pytest.mark.parametrize(
    ("identity", "changes", "reasons"),
    [
        (replace(IDENTITY, papers=None), {}, ("no_papers",)),
        (replace(IDENTITY, live=False), {"clock": lambda: ClockQuality(synchronised=None, error_s=None)},
         ("recording", "clock_unknown")),
        (IDENTITY, {"clock": lambda: ClockQuality(synchronised=True, error_s=0.2)}, ("clock_error",)),
        (IDENTITY, {"scene_intact": lambda: False}, ("scene_changed",)),
    ],
    ids=["no papers", "recording", "clock", "scene"],
)  # fmt: skip
def test_whatever_is_not_in_order_makes_it_information_only(witnessed, identity, changes, reasons):
    proof, _ = witnessed(charge_of(), identity, **changes)
    assert (proof.finding.gate.prosecutable, proof.finding.gate.reasons) == (False, reasons)


def test_a_view_nobody_watched_is_not_locked(witnessed):
    proof, _ = witnessed(charge_of(view=View.UNKNOWN))
    assert proof.finding.gate.reasons == ("view_unknown",)


def test_the_last_yellow_before_the_moment_is_told_with_its_own_error(witnessed):
    spans = (
        LampSpan(state="yellow", since_s=-40, until_s=-37, error_s=0.1, origin="image"),
        LampSpan(state="yellow", since_s=-3, until_s=0, error_s=0.25, origin="image"),
        LampSpan(state="red", since_s=0, until_s=60, error_s=0.1, origin="image"),
    )
    _, record = witnessed(charge_of(lamp=spans[2], spans=spans))
    assert (record.yellow.at_s, record.yellow.error_s, record.yellow.origin) == (-3, 0.25, "image")
    assert json.loads(record.model_dump_json())["lamps"][1]["error_s"] == 0.25


def test_a_short_stay_whose_beginning_was_hidden_is_proven_all_the_same(witnessed):
    """Nobody was seen for a second and a half after it began; the clip holds that time."""
    proof, record = witnessed(charge_of(at_s=3.6, since_s=1.0), hidden=range(20, 62))
    assert record.since_s == 1.0
    assert (record.stills[0].shows, record.stills[0].frame) == ("still_began", 19)
    assert verify_package(proof.package.folder) == []
