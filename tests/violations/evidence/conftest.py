"""A record such as an agent makes, and the files it speaks of."""

from typing import Any

import pytest

from violations.evidence.package import EvidenceFile
from violations.evidence.record import EvidenceRecord


@pytest.fixture
def stated() -> dict[str, Any]:
    """The record as plain JSON values."""
    return {
        "camera": "nga-tu-1",
        "boot": "b000017-9f3ac21e",
        "scene_sha256": "c" * 64,
        "model": {"name": "small detector", "sha256": "d" * 64},
        "software": "ngatu 0.1.0",
        "offence": "red_light",
        "vehicle": "motorbike",
        "track": 7,
        "line": "stop-north",
        "direction": "left_to_right",
        "at_s": 13.0,
        "at_error_s": 0.02,
        "time": "2026-11-21T09:32:53.250000+07:00",
        "clock": {"synchronised": True, "error_s": 0.012},
        "measures": [{"name": "into_red", "value": 3.0, "error": 0.12, "unit": "s"}],
        "lamps": [{"state": "red", "since_s": 10.0, "until_s": 40.0, "error_s": 0.1, "origin": "controller"}],
        "stills": [
            {"name": "before.jpg", "shows": "still_before", "frame": 80, "media_s": 12.7},
            {"name": "at.jpg", "shows": "still_at", "frame": 90, "media_s": 13.0},
        ],
        "clip": {"name": "clip.mp4", "since_s": 8.0, "until_s": 18.0},
        "reasons_not_to_fine": ["officer_unseen"],
    }


@pytest.fixture
def record(stated: dict[str, Any]) -> EvidenceRecord:
    return EvidenceRecord.model_validate(stated)


@pytest.fixture
def files() -> list[EvidenceFile]:
    return [
        EvidenceFile("before.jpg", "still_before", "image/jpeg", b"before" * 100),
        EvidenceFile("at.jpg", "still_at", "image/jpeg", b"at" * 100),
        EvidenceFile("clip.mp4", "clip", "video/mp4", b"clip" * 100_000),
    ]
