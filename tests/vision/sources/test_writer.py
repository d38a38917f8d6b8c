import av
import numpy as np
import pytest

from vision.errors import SourceError
from vision.sources.open import open_source
from vision.sources.writer import VideoWriter


def _write(path, draw, times_s, size_px=(160, 96), fps=25.0):
    with VideoWriter(path, size_px, fps) as writer:
        for number, media_s in enumerate(times_s):
            writer.write(draw(number, size_px), media_s)


def test_a_written_video_gives_back_its_frames_and_times(draw, number_of, tmp_path):
    times_s = [3.0, 3.04, 3.2, 3.24, 4.0]
    _write(tmp_path / "out.mp4", draw, times_s)
    with open_source(str(tmp_path / "out.mp4")) as source:
        frames = list(source)
        assert source.size_px == (160, 96)
    assert [number_of(frame.image) for frame in frames] == [0, 1, 2, 3, 4]
    assert [frame.media_s for frame in frames] == pytest.approx([s - 3.0 for s in times_s], abs=1e-3)
    assert np.abs(frames[2].image.astype(int) - draw(2).astype(int)).mean() < 12
    with av.open(str(tmp_path / "out.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


@pytest.mark.parametrize(("size_px", "stored_px"), [((161, 97), (162, 98)), ((160, 97), (160, 98))])
def test_odd_sizes_grow_by_one_repeated_row_or_column(draw, tmp_path, size_px, stored_px):
    _write(tmp_path / "out.mp4", draw, [0.0, 0.04], size_px)
    with open_source(str(tmp_path / "out.mp4")) as source:
        assert source.size_px == stored_px
        assert len(list(source)) == 2


def test_a_fault_in_the_middle_leaves_nothing_and_keeps_an_older_file(draw, tmp_path):
    path = tmp_path / "out.mp4"
    path.write_bytes(b"older")
    with pytest.raises(RuntimeError, match="fault"), VideoWriter(path, (160, 96), 25.0) as writer:
        writer.write(draw(0), 0.0)
        raise RuntimeError("fault")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("out.mp4", b"older")]


def test_a_video_without_frames_is_refused_and_leaves_nothing(tmp_path):
    with (
        pytest.raises(SourceError, match="wanted at least one frame to write"),
        VideoWriter(tmp_path / "out.mp4", (160, 96), None),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_absent_folder_is_refused(tmp_path):
    with (
        pytest.raises(SourceError, match="wanted a folder to write into"),
        VideoWriter(tmp_path / "absent" / "out.mp4", (160, 96), 25.0),
    ):
        pass


@pytest.mark.parametrize(
    ("image", "media_s", "message"),
    [
        (np.zeros((96, 161, 3), np.uint8), 1.0, r"wanted frames of \(96, 160, 3\) uint8"),
        (np.zeros((96, 160, 3), np.float32), 1.0, "found .* float32"),
        (np.zeros((96, 160, 3), np.uint8), 0.5, "wanted a later time"),
    ],
)
def test_a_frame_that_does_not_fit_is_refused(draw, tmp_path, image, media_s, message):
    with pytest.raises(ValueError, match=message), VideoWriter(tmp_path / "out.mp4", (160, 96), 25.0) as writer:
        writer.write(draw(0), 0.5)
        writer.write(image, media_s)
    assert list(tmp_path.iterdir()) == []
