import pytest

from vision.errors import SourceError
from vision.sources.container import shown
from vision.sources.open import open_source


def test_a_file_url_opens_the_file(encode, tmp_path):
    (tmp_path / "a b").mkdir()
    path = encode(tmp_path / "a b" / "a.mp4", 3)
    with open_source(path.as_uri()) as source:
        assert len(list(source)) == 3


def test_a_folder_named_like_a_number_is_a_folder(draw, tmp_path, monkeypatch):
    (tmp_path / "0").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SourceError, match="found none in this folder"):
        open_source("0")


def test_an_unknown_scheme_is_refused_with_those_that_are_known():
    with pytest.raises(SourceError, match=r"gopher://there: wanted .* rtsp, .* before ://, found gopher"):
        open_source("gopher://me:secret@there")


@pytest.mark.parametrize(
    ("uri", "seen"),
    [
        ("rtsp://guard:secret@10.0.0.9:554/live", "rtsp://10.0.0.9:554/live"),
        ("rtsp://guard:p@ss@10.0.0.9/live", "rtsp://10.0.0.9/live"),
        ("http://10.0.0.9/a@b.mp4", "http://10.0.0.9/a@b.mp4"),
        ("http://10.0.0.9/video?user=guard&pwd=secret", "http://10.0.0.9/video?…"),
        ("what?.mp4", "what?.mp4"),
        ("clip@home.mp4", "clip@home.mp4"),
    ],
)
def test_what_is_shown_of_a_uri_has_no_password(uri, seen):
    assert shown(uri) == seen


def test_a_recording_may_be_played_as_a_camera_over_and_over(encode, tmp_path, quick):
    path = encode(tmp_path / "a.mp4", 5)
    with open_source(str(path), paced=True, limits=quick, rate_fps=10) as source:
        assert source.live
        indices = []
        for frame in source:
            indices.append(frame.index)
            if frame.index >= 6:
                break
        assert indices == sorted(indices)
        assert source.report().reconnects >= 1


def test_a_folder_of_pictures_is_not_played_as_a_camera(draw, tmp_path):
    with pytest.raises(SourceError, match="wanted a video file to play at its own pace, found a folder"):
        open_source(str(tmp_path), paced=True)
