"""A record such as an agent makes, and the files it speaks of."""

import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from violations.evidence.keys import SigningKey, load_or_make_key
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.package import EvidenceFile, Package, write_package
from violations.evidence.record import EvidenceRecord

settings.register_profile("files", deadline=None)  # these properties read files: no example is a timed assertion
settings.load_profile("files")


@pytest.fixture(scope="session")
def stated_once() -> dict[str, Any]:
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
def stated(stated_once: dict[str, Any]) -> dict[str, Any]:
    return deepcopy(stated_once)


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


@pytest.fixture(scope="session")
def device(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return load_or_make_key(tmp_path_factory.mktemp("device") / "device.key")


@pytest.fixture(scope="session")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    """A key that is not the device's."""
    return load_or_make_key(tmp_path_factory.mktemp("stranger") / "device.key")


@pytest.fixture(scope="session")
def sealed_once(
    tmp_path_factory: pytest.TempPathFactory, stated_once: dict[str, Any], device: SigningKey
) -> tuple[Path, list[Package]]:
    """A folder of evidence with a ledger and four small sealed packages. Leave it as it was."""
    root = tmp_path_factory.mktemp("sealed") / "evidence"
    ledger = EvidenceLedger.open(root, device)
    files = [
        EvidenceFile("before.jpg", "still_before", "image/jpeg", b"before" * 20),
        EvidenceFile("at.jpg", "still_at", "image/jpeg", b"at" * 30),
        EvidenceFile("clip.mp4", "clip", "video/mp4", b"clip" * 50),
    ]
    records = [EvidenceRecord.model_validate(stated_once | {"track": track}) for track in (1, 2, 3, 4)]
    return root, [write_package(root, record, files, ledger) for record in records]


@pytest.fixture
def sealed(sealed_once: tuple[Path, list[Package]], tmp_path: Path) -> tuple[Path, list[Path]]:
    """A copy to harm: the root, and the folders in the order of their seals."""
    root, packages = sealed_once
    copied = Path(shutil.copytree(root, tmp_path / "evidence"))
    return copied, [copied / package.folder.name for package in packages]
