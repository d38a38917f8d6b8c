"""Whom the prosecutor lets go, and that it says why."""

from datetime import UTC, datetime

import numpy as np
import pytest

from edge.agent.places import PlaceShape
from edge.agent.witness import RING_S, Identity, Witness
from violations.evidence.ledger import LEDGER
from violations.evidence.record import ClockQuality, ModelUsed
from vision.events.lamps import LampSpan, LampTimeline
from vision.sources.open import open_source

RED = LampTimeline(group="a", spans=(LampSpan(state="red", since_s=0, until_s=60, origin="file"),))


@pytest.fixture
def judged(drive, believe, crossing, tmp_path, ledger_of, prosecutor_of):
    """Run one red-light crossing at 1.2 s; the findings and why anybody was let go."""

    def run(view_moved=lambda _since_s, _until_s: False, **changes):
        identity = Identity(
            camera="cam-1",
            boot="b1",
            scene_sha256="1" * 64,
            model=ModelUsed(name="eyes", sha256="2" * 64),
            software="ngatu test",
            clock=ClockQuality(synchronised=None, error_s=None),
        )
        folder = tmp_path / "evidence"
        folder.mkdir()
        with open_source(str(drive), ring_s=RING_S) as source:
            lines = {"north": PlaceShape("line", (np.array([[80, 10], [80, 90]], np.float32),))}
            witness = Witness(
                identity, source.ring, lines, ledger_of(folder), lambda _: datetime(2026, 11, 21, tzinfo=UTC)
            )
            judge = prosecutor_of(witness, RED, view_moved=view_moved)
            found = []
            for frame in source:
                passed = [crossing(at_s=1.2, frame=30, **changes)] if frame.index == 32 else []
                found += judge.watch(believe(frame, *passed))
            found += judge.finish()
        packages = [path for path in folder.iterdir() if path.name != LEDGER]
        return len(found), {why.value: number for why, number in judge.withheld.items()}, packages

    return run


def test_who_passes_at_red_with_feet_in_sight_under_a_still_camera_is_accused(judged):
    found, withheld, kept = judged()
    assert (found, withheld, len(kept)) == (1, {}, 1)


def test_who_passes_with_hidden_feet_is_let_go_for_that_reason(judged):
    assert judged(foot_hidden=True) == (0, {"foot_hidden": 1}, [])


def test_who_passes_under_a_moved_camera_is_let_go_for_that_reason(judged):
    assert judged(lambda _since_s, _until_s: True) == (0, {"view_moved": 1}, [])


def test_a_camera_found_moved_before_the_proof_is_due_lets_the_accused_go(judged):
    """At the crossing nobody knew; three seconds later the view is known to have moved since 1 s."""
    assert judged(lambda since_s, until_s: since_s >= 1 and until_s > 2) == (0, {"view_moved": 1}, [])


def test_nobody_who_was_not_late_is_let_go_for_a_reason(judged):
    assert judged(foot_hidden=True, speed_mps=0.3) == (0, {}, [])
