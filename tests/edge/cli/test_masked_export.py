"""A package on its way out through the command: others are masked, and the verifier says what is whose."""

import json
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta

import cv2
import numpy as np
import pytest

from edge.agent.places import PlaceShape
from edge.agent.witness import RING_S, Charge, Identity, Witness
from edge.loop.seen import Seen
from violations.evidence.gate import View
from violations.evidence.keys import load_or_make_key
from violations.evidence.ledger import EvidenceLedger
from violations.evidence.record import ClockQuality, ModelUsed
from violations.rules.accusation import Accusation, Occurrence
from vision.events.bodies import Measure
from vision.sources.open import open_source
from vision.sources.writer import VideoWriter
from vision.tracks import Tracks

SIZE_PX = (320, 192)
BEGAN = datetime(2026, 11, 21, 1, 2, 3, tzinfo=UTC)
ACCUSED_PX, OTHER_PX, UNSEEN_PX = (40, 60, 120, 140), (200, 60, 280, 140), (140, 4, 190, 44)


def striped(box, side_px):
    """Upright stripes: wide ones are told in the accused's region, and nowhere else."""
    x1, y1, x2, y2 = box
    return (np.indices((y2 - y1, x2 - x1))[1] // side_px % 2 * 255).astype(np.uint8)[:, :, None]


@pytest.fixture(scope="session")
def street(tmp_path_factory):
    """A car accused, another one, and a third that nobody ever detects; all of the same stripes."""
    file = tmp_path_factory.mktemp("street") / "street.mp4"
    image = np.full((SIZE_PX[1], SIZE_PX[0], 3), 90, np.uint8)
    for x1, y1, x2, y2 in (ACCUSED_PX, OTHER_PX, UNSEEN_PX):
        image[y1:y2, x1:x2] = striped((x1, y1, x2, y2), 5)
    with VideoWriter(file, SIZE_PX, 25) as video:
        for number in range(100):
            video.write(image, number / 25)
    return file


def both():
    return Tracks(
        id=np.array([7, 8], np.int64),
        xyxy_px=np.array([ACCUSED_PX, OTHER_PX], np.float32),
        score=np.array([0.9, 0.9], np.float32),
        kind=np.array([2, 2], np.int8),
        confirmed=np.array([True, True]),
        seen=np.array([True, True]),
        ended=np.zeros(0, np.int64),
    )


@pytest.fixture
def package(street, tmp_path):
    identity = Identity(
        camera="cam-1",
        boot="b1",
        scene_sha256="1" * 64,
        model=ModelUsed(name="eyes", sha256="2" * 64),
        software="ngatu test",
        clock=ClockQuality(synchronised=True, error_s=0.01),
    )
    ledger = EvidenceLedger.open(tmp_path / "evidence", load_or_make_key(tmp_path / "device.key"))
    places = {"north": PlaceShape("line", (np.array([[0, 150], [320, 150]], np.float32),))}
    measure = Measure(name="into_red", value=2, error=0.1, unit="s")
    occurrence = Occurrence(track=7, vehicle="car", place="north", since_s=2, at_s=2, at_error_s=0.02)
    with open_source(str(street), ring_s=RING_S) as source:
        witness = Witness(identity, source.ring, places, ledger, lambda media_s: BEGAN + timedelta(seconds=media_s))
        for frame in source:
            if not 20 <= frame.index < 25 and frame.index < 90:  # nobody looks for a moment, nor at the end
                witness.remember(Seen(frame, both(), ()))
        return witness.testify(Charge(Accusation("red_light", (measure,), ()), occurrence, view=View.LOCKED)).package


@pytest.fixture
def unpacked(tmp_path):
    def unpack(path):
        folder = tmp_path / f"unpacked-{path.stem}"
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
        return folder

    return unpack


def detail(image, box):
    """How much fine texture is there: 0 in a masked part."""
    x1, y1, x2, y2 = box
    return float(np.abs(np.diff(image[y1 + 6 : y2 - 6, x1 + 6 : x2 - 6, 0].astype(int), axis=1)).mean())


def test_what_leaves_shows_the_accused_and_nobody_else(ngatu, package, tmp_path, unpacked):
    assert ngatu("verify", package.folder, "--export", tmp_path / "case.zip").code == 0
    folder = unpacked(tmp_path / "case.zip")
    assert sorted(path.name for path in (folder / "package" / package.folder.name).iterdir()) == [
        "manifest.json",
        "seal.json",
        "tracks.json",
    ]
    masked = folder / "masked" / package.folder.name
    assert sorted(path.name for path in masked.iterdir()) == [
        "clip.mp4",
        "overlay.jpg",
        "still_after.jpg",
        "still_at.jpg",
        "still_before.jpg",
    ]
    for name in ("still_before.jpg", "still_at.jpg", "still_after.jpg", "overlay.jpg"):
        image, original = cv2.imread(str(masked / name)), cv2.imread(str(package.folder / name))
        assert detail(original, OTHER_PX) > 40
        assert detail(image, OTHER_PX) < 4, name
        assert detail(image, UNSEEN_PX) < 4, name
        assert detail(image, ACCUSED_PX) > 15, name


def test_the_clip_that_leaves_is_masked_in_every_frame_and_wholly_where_nobody_looked(
    ngatu, package, tmp_path, unpacked
):
    ngatu("verify", package.folder, "--export", tmp_path / "case.zip")
    clip = unpacked(tmp_path / "case.zip") / "masked" / package.folder.name / "clip.mp4"
    with open_source(str(clip)) as source:
        frames = [frame.image for frame in source]
    assert len(frames) == 100
    assert max(detail(image, OTHER_PX) for image in frames) < 4
    assert max(detail(image, UNSEEN_PX) for image in frames) < 4
    assert min(detail(image, ACCUSED_PX) for image in frames[:90]) > 15
    assert max(detail(image, ACCUSED_PX) for image in frames[90:]) < 4
    assert all((package.folder / name).is_file() for name in ("clip.mp4", "still_at.jpg"))


def test_the_verifier_says_what_is_the_devices_and_what_the_exporters(ngatu, package, tmp_path):
    ngatu("verify", package.folder, "--export", tmp_path / "case.zip")
    said = ngatu("verify", tmp_path / "case.zip", "--key", tmp_path / "device.pub")
    assert said.code == 0
    assert "sound as a masked copy; its manifest is signed by the device" in said.out
    assert "5 pictures and clips are masked derivatives, signed by the exporter" in said.out
    assert "the originals are not in this file" in said.out
    document = ngatu("verify", tmp_path / "case.zip", "--json").document
    assert (document["standing"], document["masked"], document["differences"]) == ("signed", 5, [])


def test_the_originals_leave_only_with_a_reason_which_stands_in_the_zip(ngatu, package, tmp_path, unpacked):
    said = ngatu("verify", package.folder, "--export", tmp_path / "case.zip", "--unmasked")
    assert (said.code, (tmp_path / "case.zip").exists()) == (2, False)
    assert "--unmasked, --reason: wanted both" in said.err
    court = ("--unmasked", "--reason", "Tòa án quận, vụ 12")
    assert ngatu("verify", package.folder, "--export", tmp_path / "case.zip", *court).code == 0
    folder = unpacked(tmp_path / "case.zip")
    assert (folder / "package" / package.folder.name / "clip.mp4").read_bytes() == (
        package.folder / "clip.mp4"
    ).read_bytes()
    for name in ("README.txt", "summary.html"):
        assert "Tòa án quận, vụ 12" in (folder / name).read_text()
    assert "the reason given: Tòa án quận, vụ 12" in ngatu("verify", tmp_path / "case.zip").out


def remade(path, change):
    """The zip with its files changed and its sums made anew, as a forger would."""
    from hashlib import sha256

    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    change(content)
    content.pop("SHA256SUMS")
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(content.items()))
    target = path.with_name("remade.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in {**content, "SHA256SUMS": sums.encode()}.items():
            archive.writestr(name, data)
    return target


def flip(content, end):
    name = next(name for name in content if name.endswith(end))
    content[name] = content[name][:-20] + bytes([content[name][-20] ^ 1]) + content[name][-19:]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda content: flip(content, "still_at.jpg"), "still_at.jpg"),
        (lambda content: flip(content, "export.json"), "export.json"),
        (lambda content: flip(content, "tracks.json"), "tracks.json"),
        (lambda content: content.pop(next(name for name in content if name.endswith("still_at.jpg"))), "still_at.jpg"),
        (lambda content: content.update({"masked/elsewhere/x.jpg": b"x"}), "masked/elsewhere/x.jpg"),
        (lambda content: content.pop("export.json"), "still_before.jpg"),
    ],
    ids=["derivative", "statement", "tracks", "one missing", "one too many", "no statement"],
)
def test_whatever_is_changed_in_a_masked_copy_is_found(ngatu, package, tmp_path, change, where):
    ngatu("verify", package.folder, "--export", tmp_path / "case.zip")
    document = ngatu("verify", remade(tmp_path / "case.zip", change), "--json").document
    assert document["standing"] == "differs"
    assert where in document["differences"][0]["where"]


def test_a_package_that_does_not_say_who_was_where_leaves_wholly_masked(
    ngatu, package, tmp_path, unpacked, monkeypatch
):
    from violations.evidence import masked_copy

    monkeypatch.setattr(masked_copy, "_believed", lambda *_: None)
    ngatu("verify", package.folder, "--export", tmp_path / "case.zip")
    still = cv2.imread(str(unpacked(tmp_path / "case.zip") / "masked" / package.folder.name / "still_at.jpg"))
    assert detail(still, ACCUSED_PX) < 4


def test_other_peoples_tools_can_check_the_sums_of_a_masked_copy(ngatu, package, tmp_path, unpacked):
    sums = shutil.which("sha256sum")
    if not sums:
        pytest.skip("wanted sha256sum")
    ngatu("verify", package.folder, "--export", tmp_path / "case.zip")
    folder = unpacked(tmp_path / "case.zip")
    subprocess.run([sums, "--check", "--strict", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    assert json.loads((folder / "export.json").read_text())["masked"] is True
