"""`ngatu plates read --video`: one plate for each vehicle of a recording, and plain words for what is none."""

import itertools

import av
import cv2
import numpy as np
import pytest

from vision.sources.writer import VideoWriter


@pytest.fixture
def clip(tmp_path):
    """Half a second of a road with nobody on it."""
    rng = np.random.default_rng(1)
    image = cv2.GaussianBlur(rng.integers(60, 110, (360, 640, 3), dtype=np.uint8), (0, 0), 3)
    file = tmp_path / "clip.mp4"
    with VideoWriter(file, (640, 360), 10.0) as video:
        for index in range(6):
            video.write(image, index / 10)
    return file


def test_a_recording_without_vehicles_is_no_fault(ngatu, clip, reader):
    said = ngatu("read", "--video", clip, "--json", "--reader", reader)
    assert said.code == 0
    assert said.json() == {"video": str(clip), "frames": 6, "tracks": [], "problems": []}
    assert "6 frames, 0 vehicles" in ngatu("read", "--video", clip, "--reader", reader).err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "wanted pictures, folders of pictures, or --video CLIP, found none"),
        (("--video", "gone.mp4"), "gone.mp4"),
        (("--video", "clip.mp4", "photo.jpg"), "wanted the recording alone"),
        (("--video", "clip.mp4", "--crops"), "wanted the recording alone"),
    ],
)
def test_what_cannot_be_meant_ends_in_one_sentence(ngatu, arguments, sentence):
    said = ngatu("read", *arguments, "--json")
    assert said.code == 2
    assert sentence in said.err
    assert said.out == ""
    assert "Traceback" not in said.err


@pytest.fixture
def queue(real_data, tmp_path):
    """The first 3 seconds of a real queue at its line, the packets as they are."""
    file = tmp_path / "queue.mp4"
    with (
        av.open(str(real_data / "videos/vn_intersection_green/thanglm20_traffic.mp4")) as source,
        av.open(str(file), "w") as target,
    ):
        video = source.streams.video[0]
        stream = target.add_stream_from_template(video)
        for packet in itertools.islice(source.demux(video), 90):
            packet.stream = stream
            target.mux(packet)
    return file


def test_rear_plates_of_a_real_queue_are_read_right_or_not_given(ngatu, queue, tmp_path):
    """By eye: what stands on the plates that can be read in these seconds."""
    true = {"29F140780", "29K172431", "29B178767", "29D04488", "30A15396", "30E58670"}
    said = ngatu("read", "--video", queue, "--json", "--pictures", tmp_path / "drawn")
    assert said.code == 0
    given = [one for one in said.json()["tracks"] if one["text"] is not None]
    assert given
    assert {one["text"] for one in given} <= true
    for one in given:
        assert one["why"] is None
        assert one["alternatives"][0]["text"] == one["text"]
        assert all(len(shot["quad_px"]) == 4 for shot in one["shots"])
    assert len(list((tmp_path / "drawn").glob("track-*.jpg"))) >= len(given)
