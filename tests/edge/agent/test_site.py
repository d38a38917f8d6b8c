from datetime import UTC, datetime

import pytest

from edge.agent.site import load_site
from edge.errors import SiteFileError
from edge.loop.settings import CameraSettings, GateSettings

GOOD = """\
version: 1
cameras:
  north:
    source: north.mp4
    scene: scenes/north.yaml
    rate: 10
    roi: [[0, 0.3], [1, 0.3], [1, 1], [0, 1]]
    gate: {refresh_s: 2.0}
    detect_every: 2
    lamps: lamps.yaml
    paced: true
    started_at: 2026-11-21T08:00:00+07:00
  south: {source: "rtsp://cam/1", scene: /etc/south.yaml, gate: true}
"""


@pytest.fixture
def write(tmp_path):
    def to(text):
        (tmp_path / "site.yaml").write_text(text, "utf-8")
        return tmp_path / "site.yaml"

    return to


def test_every_key_arrives_and_paths_are_beside_the_file(write, tmp_path):
    (tmp_path / "north.mp4").write_bytes(b"")
    north, south = load_site(write(GOOD)).cameras.values()
    assert (north.source, north.scene) == (str(tmp_path / "north.mp4"), tmp_path / "scenes" / "north.yaml")
    assert (north.lamps, north.paced) == (tmp_path / "lamps.yaml", True)
    assert north.started_at == datetime(2026, 11, 21, 1, tzinfo=UTC)
    roi = ((0, 0.3), (1, 0.3), (1, 1), (0, 1))
    assert north.settings() == CameraSettings(10, roi, GateSettings(refresh_s=2.0), 2)
    assert (south.source, str(south.scene)) == ("rtsp://cam/1", "/etc/south.yaml")
    assert south.settings() == CameraSettings(gate=GateSettings())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("rate: 10", "rte: 10"), r"site.yaml:6: unknown key 'rte'; did you mean 'rate'\?"),
        (GOOD.replace("rate: 10", "rate: -3"), r"site.yaml:6: input should be greater than 0, found -3"),
        (GOOD.replace("detect_every: 2", "detect_every: 0"), r"site.yaml:9: .*greater than or equal to 1, found 0"),
        (GOOD.replace("gate: {refresh_s: 2.0}", "gate: {least: 1}"), r"site.yaml:8: unknown key 'least'"),
        (GOOD.replace("[0, 1]]", "[0.5, 0]]"), r"site.yaml:7: the polygon crosses itself"),
        (GOOD.replace("[[0, 0.3], [1", "[[0, 1.3], [1"), r"site.yaml:7: .*1, found 1.3"),
        (GOOD.replace("+07:00", ""), r"site.yaml:12: .*timezone"),
        (GOOD.replace("    scene: scenes/north.yaml\n", ""), r"site.yaml:3: the key 'scene' is missing"),
        (GOOD.replace("version: 1", "version: 2"), r"site.yaml:1: 2 is not allowed here; allowed: 1"),
        (GOOD.replace("  south:", "  north:"), r"site.yaml:13: key 'north' given twice; it first stands in line 3"),
        ("version: 1\ncameras: {}\n", r"site.yaml:2: "),
        ("", r"site.yaml:1: wanted keys and values such as 'version: 1', found nothing"),
        ("cameras: [\n", r"site.yaml:2: not YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(write, text, told):
    with pytest.raises(SiteFileError, match=told):
        load_site(write(text))


@pytest.mark.parametrize("where", ["http://lamps/1", "mqtt://broker/lamps", "mqtts://me:secret@broker/lamps"])
def test_a_feed_at_an_address_is_not_looked_for_beside_the_file(write, where):
    text = GOOD.replace("lamps: lamps.yaml", f'lamps_feed: "{where}"')
    assert load_site(write(text)).cameras["north"].lamps_feed == where


def test_all_faults_are_told_at_once(write):
    with pytest.raises(SiteFileError) as error:
        load_site(write(GOOD.replace("rate: 10", "rate: x").replace("paced: true", "paced: 7.5")))
    assert [line.split(":")[1] for line in str(error.value).splitlines()] == ["6", "11"]


def test_a_site_that_is_not_there(tmp_path):
    with pytest.raises(SiteFileError, match=r"absent.yaml: wanted a file, found nothing of that name"):
        load_site(tmp_path / "absent.yaml")
