import itertools
import wave
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from vision.errors import SourceError
from vision.sources.open import open_source


def _read(path):
    with open_source(str(path)) as source:
        frames = list(source)
        return frames, source.report()


def _grows(frames):
    return all(later.media_s > earlier.media_s for earlier, later in itertools.pairwise(frames))


def _cut(path: Path, share: float) -> Path:
    data = path.read_bytes()
    cut = path.with_stem("cut")
    cut.write_bytes(data[: int(len(data) * share)])
    return cut


def _flipped(path: Path, numbers: tuple[int, ...]) -> Path:
    """Every third byte in the middle half of these packets turned over."""
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    for start, size in (packets[number] for number in numbers):
        for place in range(start + 8 + size // 4, start + 8 + size * 3 // 4, 3):
            data[place] ^= 0xFF
    flipped = path.with_stem("flipped")
    flipped.write_bytes(data)
    return flipped


@pytest.mark.parametrize("name", ["a.mp4", "a.avi", "a.mkv", "a.ts"])
@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_every_frame_comes_in_order_with_its_own_time(encode, number_of, tmp_path, name, codec):
    frames, report = _read(encode(tmp_path / name, 30, codec))
    assert [number_of(frame.image) for frame in frames] == list(range(30))
    assert [frame.index for frame in frames] == list(range(30))
    assert [frame.media_s for frame in frames] == pytest.approx([n / 25 for n in range(30)], abs=0.0011)
    assert (report.sentence(), report.clean, report.first_error) == ("decoded 30 of 30 stated frames", True, None)


def test_a_file_tells_its_size_rate_and_stated_length_before_it_is_read(encode, tmp_path):
    with open_source(str(encode(tmp_path / "a.mp4", 20, size_px=(176, 112)))) as source:
        assert (source.size_px, source.fps, source.frames_expected) == ((176, 112), 25.0, 20)
        assert (source.live, source.ring) == (False, None)
        frame = next(iter(source))
    assert frame.image.shape == (112, 176, 3)
    assert frame.image.dtype == np.uint8


def test_uneven_times_are_kept(encode, tmp_path):
    frames, report = _read(encode(tmp_path / "a.mp4", 5, pts=[10, 11, 13, 20, 21]))
    assert [frame.media_s for frame in frames] == pytest.approx([0, 0.04, 0.12, 0.4, 0.44])
    assert report.timestamps_repaired == 0


def test_times_that_start_again_in_the_middle_go_on_and_are_reported(encode, number_of, tmp_path):
    one = encode(tmp_path / "a.ts", 40).read_bytes()
    two = tmp_path / "two.ts"
    two.write_bytes(one + one)
    frames, report = _read(two)
    shown = [round(frame.media_s * 25) for frame in frames]
    assert [number_of(frame.image) for frame in frames] == [place % 40 for place in shown]
    assert shown[:30] == list(range(30))
    assert shown[-40:] == list(range(40, 80))
    assert len(frames) >= 80 - report.parts_damaged >= 78  # MPEG-TS marks a packet beside the seam as damaged
    assert report.timestamps_repaired == 1


@pytest.mark.parametrize("name", ["a.mp4", "a.avi", "a.mkv"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_cut_file_yields_every_whole_frame_and_says_that_it_ends_early(encode, number_of, tmp_path, name, share):
    frames, report = _read(_cut(encode(tmp_path / name, 60, faststart=name == "a.mp4", bf=0), share))
    assert [number_of(frame.image) for frame in frames] == list(range(len(frames)))
    assert 5 < len(frames) < 60
    assert _grows(frames)
    assert report.frames_good == len(frames) == report.parts_read - report.parts_damaged
    assert report.truncated
    assert report.sentence().endswith("the file ends early")
    assert report.sentence().startswith(f"decoded {len(frames)} of 60 stated frames")
    assert name == "a.mkv" or report.first_error == "a packet is cut off or marked corrupt by the container"


@pytest.mark.parametrize("share", [0.3, 0.97])
def test_an_mp4_cut_before_the_end_of_its_index_is_refused_in_one_clear_sentence(encode, tmp_path, share):
    with pytest.raises(SourceError, match=r"cut\.mp4: the MP4 is cut off before its index \(the moov box\)"):
        open_source(str(_cut(encode(tmp_path / "a.mp4", 30), share)))


@pytest.mark.parametrize("codec", ["libx264", "mpeg4", "mjpeg"])
@pytest.mark.parametrize("name", ["a.mp4", "a.avi"])
def test_flipped_bytes_cost_some_frames_are_counted_and_the_rest_goes_on(encode, number_of, tmp_path, codec, name):
    original = encode(tmp_path / name, 60, codec, **({"bf": 0, "sc_threshold": 0} if codec == "libx264" else {}))
    good, _ = _read(original)
    frames, report = _read(_flipped(original, (24, 33, 41)))
    assert len(frames) == 57 == 60 - report.frames_corrupt - report.parts_damaged - report.parts_silent
    assert number_of(frames[-1].image) == 59
    assert _grows(frames)
    shown = [round(frame.media_s * 25) for frame in frames]
    assert sorted({*range(60)} - {*shown}) == [24, 33, 41]
    unharmed = [(frame, place) for frame, place in zip(frames, shown, strict=True) if place < 24 or place >= 50]
    assert all(np.array_equal(frame.image, good[place].image) for frame, place in unharmed)
    assert report.frames_smeared == (0 if codec == "mjpeg" else 5 + 6 + 8)
    assert report.longest_gap_s == pytest.approx(0.08)
    assert report.first_error
    assert not report.truncated


def test_frames_between_damage_and_the_next_key_frame_are_handed_on_and_counted_as_smeared(encode, tmp_path):
    frames, report = _read(_flipped(encode(tmp_path / "a.avi", 30, "mpeg4"), (12,)))
    assert (len(frames), report.frames_corrupt, report.frames_smeared) == (29, 1, 7)
    assert "7 frames after damage may be smeared" in report.sentence()


def test_a_rotated_video_is_read_as_a_viewer_sees_it(encode, tmp_path):
    path = encode(tmp_path / "a.mp4", 3)
    data = bytearray(path.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40
    turn = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000]
    data[matrix : matrix + 36] = b"".join(value.to_bytes(4, signed=True) for value in turn)
    path.write_bytes(data)
    capture = cv2.VideoCapture(str(path))
    _, seen = capture.read()
    capture.release()
    with open_source(str(path)) as source:
        image = next(iter(source)).image
        assert source.size_px == (96, 160) == seen.shape[1::-1]
    assert np.abs(image.astype(int) - seen.astype(int)).mean() < 6


@pytest.mark.parametrize("begin", [True, False])
def test_a_second_pass_and_a_closed_file_are_refused(encode, tmp_path, begin):
    with open_source(str(encode(tmp_path / "a.mp4", 5))) as source:
        if begin:
            list(source)
            with pytest.raises(SourceError, match="found one already being read; open it again"):
                iter(source)
    with pytest.raises(SourceError, match="found one closed; open it again"):
        iter(source)
    source.close()


def test_closing_in_the_middle_ends_the_iteration(encode, tmp_path):
    source = open_source(str(encode(tmp_path / "a.mp4", 20)))
    frames = iter(source)
    next(frames)
    source.close()
    assert list(frames) == []
    assert not source.report().ended


def _silence(path: Path) -> None:
    with wave.open(str(path), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(8000))


def _headers_only(path: Path, encode) -> None:
    data = encode(path, 3, "mpeg4").read_bytes()
    path.write_bytes(data[: data.index(b"movi") + 4])


def _all_damaged(path: Path, encode) -> None:
    data = bytearray(encode(path, 3, "mjpeg").read_bytes())
    start, end = data.index(b"movi") + 4, data.rindex(b"00dc")
    data[start:end] = bytes(value if value in b"00dc" else 0x55 for value in data[start:end])
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("make", "wanted", "found"),
    [
        (lambda path, _: None, "wanted a video file or a folder of pictures", "found nothing of that name"),
        (lambda path, _: path.write_bytes(b""), "wanted a video", "found an empty file"),
        (
            lambda path, _: path.write_text("not a video\n" * 9),
            "wanted a video",
            "found a file that FFmpeg cannot read",
        ),
        (lambda path, _: _silence(path), "wanted a video stream", "found audio"),
        (_headers_only, "wanted", "found"),
        (_all_damaged, "wanted", "found"),
    ],
)
def test_what_is_no_video_is_refused_with_the_wanted_and_the_found(encode, tmp_path, make, wanted, found):
    path = tmp_path / "thing.avi"
    make(path, encode)
    with pytest.raises(SourceError) as refused:
        open_source(str(path))
    text = str(refused.value)
    assert str(path) in text
    assert wanted in text
    assert found in text


def test_a_playlist_posing_as_a_video_cannot_reach_the_network(camera, tmp_path):
    camera.answers = [b""]
    playlist = tmp_path / "video.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{camera.url}.ts\n#EXT-X-ENDLIST\n")
    with pytest.raises(SourceError):
        open_source(str(playlist))
    assert camera.connections == 0


def test_the_avi_that_states_twice_its_frames_is_found_whole(real_data):
    """Half of its 494 index entries are empty: they repeat a picture. Nothing is missing."""
    [path] = (real_data / "videos/my_highway_divider").glob("*.avi")
    frames, report = _read(path)
    assert len(frames) == 247
    assert report.sentence() == (
        "decoded 247 of 494 stated frames; no damage found and the stated end was reached, "
        "longest gap between frames 0.125 s"
    )
    steps_s = np.diff([frame.media_s for frame in frames])
    assert steps_s == pytest.approx(np.full(246, 0.125))


@pytest.mark.parametrize("share", [0.25, 0.7])
def test_the_real_avi_cut_off_yields_its_good_frames_and_says_so(real_data, tmp_path, share):
    [path] = (real_data / "videos/my_highway_divider").glob("*.avi")
    cut = tmp_path / "cut.avi"
    cut.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    frames, report = _read(cut)
    assert 30 < len(frames) < 240
    assert report.truncated
    assert report.sentence().endswith("the file ends early")


@pytest.mark.parametrize(
    ("video", "count", "size_px"),
    [
        ("uk_tfl_cam625/625_201709042126.mp4", 280, (352, 288)),
        ("vn_hcmc_boulevard_wrongway/thanglm20_nguoc_chieu.mp4", 219, (1568, 778)),
    ],
)
def test_real_videos_are_read_to_their_stated_end(real_data, video, count, size_px):
    frames, seconds = 0, []
    with open_source(str(real_data / "videos" / video)) as source:
        assert (source.size_px, source.frames_expected) == (size_px, count)
        for frame in source:
            frames += 1
            seconds.append(frame.media_s)
        assert not source.report().truncated
    assert frames == count
    assert all(later > earlier for earlier, later in itertools.pairwise(seconds))
