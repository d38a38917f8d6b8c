import itertools
import threading
import time

import cv2
import pytest

from vision.errors import SourceError
from vision.sources.open import open_source


def test_a_file_behind_a_url_is_a_live_source(camera, encode, tmp_path, quick, number_of):
    camera.answers = [encode(tmp_path / "a.mp4", 12, faststart=True).read_bytes()]
    with open_source(camera.url, limits=quick) as source:
        frame = next(iter(source))
        assert (source.live, source.size_px, source.frames_expected) == (True, (160, 96), None)
        assert source.fps == pytest.approx(25)
        assert number_of(frame.image) == frame.index
        assert source.ring is None


def test_media_time_grows_and_indices_go_on_across_reconnects(camera, encode, tmp_path, quick):
    camera.answers = [encode(tmp_path / "a.ts", 10).read_bytes()]
    frames = []
    with open_source(camera.url, limits=quick) as source:
        for frame in source:
            frames.append(frame)
            if source.report().reconnects >= 2:
                break
    times = [frame.media_s for frame in frames]
    assert all(later > earlier for earlier, later in itertools.pairwise(times))
    assert [frame.index for frame in frames] == sorted({frame.index for frame in frames})
    assert camera.connections >= 3
    assert source.report().first_error == "the stream ended"


def test_the_gap_of_an_outage_is_part_of_media_time(camera, encode, tmp_path, quick):
    whole = encode(tmp_path / "a.ts", 10).read_bytes()
    outage_s = 0.4

    def late(wire):
        time.sleep(outage_s)
        wire.write(whole)

    camera.answers = [whole, late]
    with open_source(camera.url, limits=quick) as source:
        times = [frame.media_s for frame in itertools.islice(source, 15)]
        assert source.report().longest_gap_s >= outage_s
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) >= outage_s


def test_a_silent_camera_counts_as_lost_and_is_opened_again(camera, encode, tmp_path, quick, until):
    whole = encode(tmp_path / "a.ts", 10).read_bytes()

    def falls_silent(wire):
        wire.write(whole)
        wire.flush()
        camera.unplugged.wait()

    camera.answers = [falls_silent, whole]
    with open_source(camera.url, limits=quick) as source:
        until(lambda: source.report().reconnects > 0)


def test_a_cut_connection_goes_on_with_the_next_one(camera, encode, tmp_path, quick, until):
    whole = encode(tmp_path / "a.ts", 30).read_bytes()
    camera.answers = [whole[: len(whole) // 2], whole]
    with open_source(camera.url, limits=quick) as source:
        until(lambda: source.report().frames_good > 40)


def test_a_slow_consumer_gets_the_freshest_frame_and_the_drops_are_counted(camera, encode, tmp_path, quick, until):
    camera.answers = [encode(tmp_path / "a.ts", 30).read_bytes()]
    with open_source(camera.url, limits=quick) as source:
        frames = iter(source)
        first = next(frames)
        until(lambda: source.report().frames_good >= first.index + 10)
        second = next(frames)
        assert second.index >= first.index + 8
        assert source.report().frames_dropped >= 7


def _motion_jpeg(draw, count, gap_s):
    def send(wire):
        for number in range(count):
            data = cv2.imencode(".jpg", draw(number))[1].tobytes()
            wire.write(b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(data))
            wire.write(data + b"\r\n")
            wire.flush()
            time.sleep(gap_s)

    return send


def test_motion_jpeg_without_times_is_measured_by_its_arrival(camera, draw, quick):
    camera.content_type = "multipart/x-mixed-replace;boundary=frame"
    camera.answers = [_motion_jpeg(draw, 60, 0.1)]
    with open_source(camera.url, limits=quick) as source:
        frames = []
        for frame in source:
            frames.append(frame)
            if len(frames) == 8:
                break
    media_s = frames[-1].media_s - frames[0].media_s
    assert media_s == pytest.approx(frames[-1].arrived_s - frames[0].arrived_s, abs=0.5)
    assert media_s > 1.5 * (frames[-1].index - frames[0].index) / 25


def test_ring_cuts_a_clip_in_media_time_after_a_reconnect(camera, encode, tmp_path, quick, number_of):
    camera.answers = [encode(tmp_path / "a.ts", 20).read_bytes()]
    with open_source(camera.url, limits=quick, ring_s=10.0) as source:
        frame = next(frame for frame in source if source.report().reconnects and number_of(frame.image) >= 3)
        wanted = number_of(frame.image)
        assert source.ring is not None
        clip = source.ring.remux(frame.media_s - 0.01, frame.media_s + 0.01, tmp_path / "clip.mp4")
    assert clip.since_s <= frame.media_s < clip.until_s
    with open_source(str(clip.file)) as replay:
        numbers = [number_of(shown.image) for shown in replay]
    assert wanted in numbers


@pytest.mark.parametrize("scheme", ["http", "rtsp"])
def test_an_unreachable_url_is_given_up_without_telling_the_password(scheme, closed_port, quick):
    limits = type(quick)(open_for_s=0.3, connect_s=0.2, read_s=0.2, retry_first_s=0.02)
    with pytest.raises(SourceError) as refused:
        open_source(f"{scheme}://guard:secret@127.0.0.1:{closed_port}/x", limits=limits)
    text = str(refused.value)
    assert f"{scheme}://127.0.0.1:{closed_port}/x: wanted a picture within 0.3 s, found none" in text
    assert "refused" in text
    assert "secret" not in text


@pytest.mark.parametrize("answer", [b"<html>not a camera</html>", b""])
def test_a_page_without_video_is_given_up(camera, answer, quick):
    camera.answers = [answer]
    with pytest.raises(SourceError, match="wanted a picture within"):
        open_source(camera.url, limits=type(quick)(open_for_s=0.5, connect_s=0.3, read_s=0.3, retry_first_s=0.02))


def test_a_server_that_never_answers_is_given_up(camera, quick):
    camera.answers = [lambda _: camera.unplugged.wait() and None]
    with pytest.raises(SourceError, match="wanted a picture within"):
        open_source(camera.url, limits=type(quick)(open_for_s=0.5, connect_s=0.3, read_s=0.3, retry_first_s=0.02))


def test_closing_ends_an_iteration_that_waits_for_the_camera(camera, encode, tmp_path, quick, until):
    def one_picture_group(wire):
        wire.write(encode(tmp_path / "a.ts", 10).read_bytes())
        wire.flush()
        camera.unplugged.wait()

    camera.answers = [one_picture_group]
    source = open_source(camera.url, limits=quick)
    seen = []
    consumer = threading.Thread(target=lambda: seen.extend(source))
    consumer.start()
    until(lambda: bool(seen))
    source.close()
    consumer.join(10)
    assert not consumer.is_alive()
    assert not any(thread.name.startswith("source http") for thread in threading.enumerate())


def test_an_absent_webcam_is_refused_at_once():
    with pytest.raises(SourceError, match=r"webcam 97: wanted the device /dev/video97, found"):
        open_source("97")
