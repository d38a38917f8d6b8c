import av
import pytest

from vision.errors import SourceError
from vision.sources.open import open_source
from vision.sources.ring import PacketRing


def _packets(path):
    with av.open(str(path)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def _ring_of(path, keep_s=60.0):
    source = open_source(str(path), ring_s=keep_s)
    times_s = [frame.media_s for frame in source]
    source.close()
    return source.ring, times_s


def _numbers(path, number_of):
    with open_source(str(path)) as source:
        numbers = [number_of(frame.image) for frame in source]
        assert source.report().clean
    return numbers


@pytest.mark.parametrize(
    ("codec", "name", "file", "start"),
    [
        ("libx264", "a.mp4", "clip.mp4", 20),
        ("libx264", "a.mkv", "clip.mp4", 20),
        ("libx264", "a.avi", "clip.mp4", 20),
        ("libx264", "a.ts", "clip.mp4", 20),
        ("mpeg4", "a.avi", "clip.mp4", 20),
        ("mjpeg", "a.avi", "clip.mkv", 23),
        ("libvpx", "a.mkv", "clip.mkv", 20),
    ],
)
def test_a_clip_holds_the_wanted_frames_from_the_key_frame_on(encode, number_of, tmp_path, codec, name, file, start):
    ring, _ = _ring_of(encode(tmp_path / name, 60, codec, **({"sc_threshold": 0} if codec == "libx264" else {})))
    clip = ring.remux(0.92, 1.36, tmp_path / "clip.mov")
    assert clip.file == tmp_path / file
    numbers = _numbers(clip.file, number_of)
    assert numbers == list(range(start, start + len(numbers)))
    assert 34 in numbers
    assert numbers[-1] < 40
    assert clip.since_s == pytest.approx(start / 25, abs=0.002)
    assert clip.until_s == pytest.approx((numbers[-1] + 1) / 25, abs=0.002)
    assert clip.packets == len(numbers)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, clip.file.name])


@pytest.mark.parametrize(("codec", "name"), [("libx264", "a.mp4"), ("mpeg4", "a.mp4"), ("mjpeg", "a.avi")])
def test_the_packets_of_a_clip_are_the_originals_byte_for_byte(encode, tmp_path, codec, name):
    path = encode(tmp_path / name, 60, codec)
    ring, _ = _ring_of(path)
    clip = ring.remux(0.5, 1.5, tmp_path / "clip.mp4")
    originals, clipped = _packets(path), _packets(clip.file)
    start = originals.index(clipped[0])
    assert clipped == originals[start : start + clip.packets]


def test_coded_pictures_from_a_transport_stream_stay_as_they_came(encode, tmp_path):
    """MPEG-TS separates H.264 units by start codes and MP4 by lengths: the units themselves are equal."""
    path = encode(tmp_path / "a.ts", 30, bf=0)
    ring, _ = _ring_of(path)
    clip = ring.remux(0.0, 2.0, tmp_path / "clip.mp4")
    clipped = _packets(clip.file)
    assert len(clipped) == 30
    for original, packet in zip(_packets(path), clipped, strict=True):
        size = int.from_bytes(packet[-len(packet) : 4])
        assert packet[4 : 4 + size] in original


def test_a_clip_plays_at_the_speed_of_the_original(encode, tmp_path):
    ring, times_s = _ring_of(encode(tmp_path / "a.mp4", 30, pts=[n * n for n in range(30)], bf=0))
    clip = ring.remux(times_s[10], times_s[25], tmp_path / "clip.mp4")
    with open_source(str(clip.file)) as source:
        replayed_s = [frame.media_s + clip.since_s for frame in source]
    assert replayed_s == pytest.approx(times_s[10:26], abs=0.002)


def test_the_ring_keeps_at_least_its_seconds_and_little_more(encode, tmp_path):
    ring, times_s = _ring_of(encode(tmp_path / "a.mp4", 120, sc_threshold=0), keep_s=1.0)
    since_s, until_s = ring.span_s()
    assert until_s == pytest.approx(times_s[-1] + 0.04)
    assert times_s[-1] - since_s >= 1.0 - 1 / 25
    assert until_s - since_s <= 1.0 + 2 * 0.4 + 0.04
    clip = ring.remux(0.0, 99.0, tmp_path / "clip.mp4")
    assert (clip.since_s, clip.until_s) == pytest.approx((since_s, until_s))


def test_the_ring_stays_within_its_bytes_and_starts_with_a_key_frame(encode, tmp_path, number_of):
    path = encode(tmp_path / "a.mp4", 120, sc_threshold=0)
    ring = PacketRing(60.0, most_bytes=sum(map(len, _packets(path))) // 3)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        ring.begin(stream)
        ring.anchor(0.0)
        for packet in container.demux(stream):
            if packet.size:
                ring.feed(packet)
                assert ring.held_bytes <= ring.most_bytes
    assert ring.overflows == 0
    clip = ring.remux(0.0, 99.0, tmp_path / "clip.mp4")
    numbers = _numbers(clip.file, number_of)
    assert numbers[0] % 10 == 0
    assert numbers == list(range(numbers[0], 120))


def test_a_key_frame_interval_larger_than_the_ring_is_given_up_and_counted(encode, tmp_path):
    path = encode(tmp_path / "a.mp4", 40, g=1000)
    ring = PacketRing(60.0, most_bytes=len(_packets(path)[0]) + 10)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        ring.begin(stream)
        ring.anchor(0.0)
        for packet in container.demux(stream):
            if packet.size:
                ring.feed(packet)
    assert ring.overflows > 0
    assert ring.held_bytes <= ring.most_bytes
    with pytest.raises(SourceError, match="found nothing"):
        ring.remux(0.0, 1.0, tmp_path / "clip.mp4")


@pytest.mark.parametrize(("since_s", "until_s"), [(5.0, 6.0), (-3.0, -2.0), (0.6, 0.2)])
def test_a_span_that_is_not_held_is_refused_and_leaves_no_file(encode, tmp_path, since_s, until_s):
    ring, _ = _ring_of(encode(tmp_path / "a.mp4", 30))
    with pytest.raises(SourceError, match=r"found 0\.00 to 1\.20 s"):
        ring.remux(since_s, until_s, tmp_path / "clip.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_clip_into_an_absent_folder_is_refused(encode, tmp_path):
    ring, _ = _ring_of(encode(tmp_path / "a.mp4", 30))
    with pytest.raises(SourceError, match="wanted a folder to write into"):
        ring.remux(0.0, 1.0, tmp_path / "absent" / "clip.mp4")


def test_a_clip_lies_in_the_recording_that_shares_most_with_the_wanted_span(encode, number_of, tmp_path):
    one = encode(tmp_path / "a.ts", 40).read_bytes()
    (tmp_path / "two.ts").write_bytes(one + one)
    ring, _ = _ring_of(tmp_path / "two.ts")
    clip = ring.remux(1.5, 2.5, tmp_path / "clip.mp4")
    assert clip.since_s == pytest.approx(1.6)
    assert _numbers(clip.file, number_of)[:3] == [0, 1, 2]


def test_a_connection_that_gave_no_picture_leaves_nothing_behind(encode, tmp_path):
    path = encode(tmp_path / "a.mp4", 20)
    ring = PacketRing(60.0)
    for _ in range(3):
        with av.open(str(path)) as container:
            ring.begin(container.streams.video[0])
            for packet in container.demux(video=0):
                ring.feed(packet)
    assert ring.span_s() is None
    assert ring.held_bytes == sum(map(len, _packets(path)))


@pytest.mark.parametrize(("keep_s", "most_bytes"), [(0.0, 10), (-1.0, 10), (1.0, 0)])
def test_a_ring_without_room_is_refused(keep_s, most_bytes):
    with pytest.raises(ValueError, match="wanted seconds and bytes above zero"):
        PacketRing(keep_s, most_bytes)


def test_a_clip_of_the_real_avi_that_marks_no_key_frames_can_be_played(real_data, tmp_path):
    [path] = (real_data / "videos/my_highway_divider").glob("*.avi")
    ring, times_s = _ring_of(path, keep_s=6.0)
    clip = ring.remux(times_s[-1] - 2.0, times_s[-1] - 1.0, tmp_path / "clip.mp4")
    assert clip.since_s <= times_s[-1] - 2.0
    assert clip.until_s >= times_s[-1] - 1.0
    with open_source(str(clip.file)) as source:
        assert len(list(source)) == clip.packets
        assert source.report().clean
