"""A finding that rests on two cameras shows both places and times; one whose plate was elsewhere says where."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from violations.evidence.record import EvidenceRecord, Manifest
from violations.store.database import writing
from violations.store.journey_tables import CaseJourneyRow

EARLIER = {
    "name": "ring", "site_sha256": "b" * 64, "camera": "west", "line": "out", "vehicle": "truck", "plate": "30G58671",
    "certainty": 0.97, "at_s": 2.1, "at_error_s": 0.05, "clock_error_s": 0.1, "own_clock_error_s": None,
    "time": "2026-11-21T01:00:02Z", "frame": 7, "picture": "earlier_plate.png",
}  # fmt: skip
RECORD = {
    "camera": "cam.north", "boot": "b", "scene_sha256": "c" * 64, "model": {"name": "m", "sha256": "d" * 64},
    "software": "ngatu", "offence": "cloned_plate", "vehicle": "car", "track": 7, "at_s": 103.2, "at_error_s": 0.05,
    "time": "2026-11-21T01:00:20Z", "clock": {"synchronised": True, "error_s": 0.01}, "measures": [], "stills": [],
    "earlier": EARLIER,
}  # fmt: skip


@pytest.fixture
def stored(desk):
    """The name of a package with that record, on the desk's shelf."""
    content = Manifest.of(EvidenceRecord.model_validate(RECORD), (), None).written()
    name = sha256(content).hexdigest()
    with desk.shelf.receive(name) as upload:
        upload.write(content)
        upload.finish("application/json", datetime(2026, 11, 21, tzinfo=UTC))
    return name


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["The same plate at two places", "Suspicion: one plate on two vehicles", "west / out", "08:00:02",
                "Truck", "error not known", "Section or road in the site file: ring."]),
        ("vi", ["Cùng một biển số ở hai nơi", "Nghi vấn: một biển số trên hai xe", "west / out", "08:00:02", "Xe tải",
                "không rõ sai số", "Đoạn đường trong tệp điểm giám sát: ring."]),
    ],
)  # fmt: skip
def test_both_places_and_times_stand_side_by_side(desk, stored, language, words):
    case = desk.add(package=stored, offence="cloned_plate", plate="30G58671")
    page = desk.client.get(f"/cases/{case}?lang={language}").text
    for each in words:
        assert each in page


@pytest.mark.parametrize(("language", "words"), [("en", "The plate in other findings"), ("vi", "các ghi nhận khác")])
def test_a_plate_that_another_finding_names_too_far_away_is_told_on_both_cases(desk, language, words):
    first = desk.add(plate="30G58671")
    second = desk.add(age=timedelta(minutes=59), camera="cam.south", plate="30G58671")
    with writing(desk.engine) as session:
        told = {"distance_m": 6100.0, "distance_error_m": 40.0, "took_s": 60.0, "took_error_s": 0.2}
        session.add(CaseJourneyRow(case_id=first, other_id=second, **told))
        session.add(CaseJourneyRow(case_id=second, other_id=first, **told))
    for one, other, camera in ((first, second, "cam.south"), (second, first, "cam.north")):
        page = desk.client.get(f"/cases/{one}?lang={language}").text
        assert words in page
        assert f'href="/cases/{other}"' in page
        assert camera in page
    assert "plate_perhaps_cloned" not in desk.client.get(f"/cases/{first}?lang={language}").text
