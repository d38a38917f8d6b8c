"""Pictures nobody refers to are left undecoded only while enough others remain."""

import av
import pytest

from vision.sources.clock import MediaClock
from vision.sources.pictures import PictureReader
from vision.sources.report import Tally

FRAMES = 200


@pytest.fixture
def decode(encode, tmp_path):
    """Media times of the pictures a live reader gives of a stream of 25 pictures a second."""

    def run(rate_fps, **settings):
        file = encode(tmp_path / "stream.mp4", frames=FRAMES, sc_threshold=0, **settings)
        with av.open(str(file)) as container:
            stream = container.streams.video[0]
            reader = PictureReader(stream, MediaClock(1 / 25), Tally("x"), None, live=True, rate_fps=rate_fps)
            return [picture.media_s for picture in reader.pictures(container.demux(stream))]

    return run


def test_where_half_the_pictures_are_enough_only_those_others_need_are_decoded(decode):
    times_s = decode(5, bf=3, **{"x264-params": "b-pyramid=none:b-adapt=0"})
    assert len(times_s) < 0.6 * FRAMES
    late = [media_s for media_s in times_s if media_s > 4]
    assert len(late) / (8 - 4) >= 5


def test_where_too_few_would_remain_all_are_decoded_again(decode):
    times_s = decode(10, bf=3, **{"x264-params": "b-pyramid=none:b-adapt=0"})
    assert len([media_s for media_s in times_s if media_s > 5]) == pytest.approx(75, abs=2)


@pytest.mark.parametrize("rate_fps", [None, 20, 25])
def test_who_wants_nearly_all_gets_all(decode, rate_fps):
    assert len(decode(rate_fps, bf=3)) == FRAMES


def test_a_stream_in_which_every_picture_is_needed_loses_none(decode):
    assert len(decode(2, bf=0)) >= FRAMES - 1
