import json

import cv2
import numpy as np
import pytest

from benchmarks.accuracy.camera_health import Trial, as_markdown, main
from benchmarks.errors import BenchmarkError
from vision.sources.writer import VideoWriter


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Three seconds of a street that stands still, with one vehicle."""
    rng = np.random.default_rng(4)
    street = np.full((180, 320, 3), 100, np.uint8)
    for _ in range(120):
        x, y, width, height = (int(one) for one in rng.integers((0, 0, 8, 8), (320, 180, 40, 40)))
        cv2.rectangle(street, (x, y), (x + width, y + height), rng.integers(20, 220, 3).tolist(), -1)
    file = tmp_path_factory.mktemp("street") / "street.mp4"
    with VideoWriter(file, (320, 180), 10) as video:
        for number in range(30):
            noise = rng.integers(-3, 4, street.shape, dtype=np.int16)
            image = np.clip(street + noise, 0, 255).astype(np.uint8)
            cv2.rectangle(image, (10 * number, 90), (10 * number + 30, 110), (220, 30, 30), -1)
            video.write(image, number / 10)
    return file


def test_a_shift_is_found_and_its_figures_are_given_as_json(clip, capsys):
    main(["--clip", str(clip), "--fault", "shift_15px", "--fault", "cloud", "--quiet-s", "20", "--json"])
    given = json.loads(capsys.readouterr().out)
    shift, cloud = given["trials"]
    assert shift["fault"] == "shift_15px"
    assert shift["good"]
    assert 0 < shift["told_after_s"] < 10
    assert (cloud["told_after_s"], cloud["others"]) == (None, [])
    assert list(given["alarms"].values()) == [[]]
    assert given["cpu_ms"]


def test_the_table_names_what_was_told_besides():
    page = as_markdown([Trial("a/b", "blur", None, None, ("frozen at 9 s",))])
    assert "| blur | 0 of 1 |  |  | b: frozen at 9 s |" in page


def test_without_the_real_clips_it_says_what_it_wants(monkeypatch):
    monkeypatch.delenv("NGATU_TEST_DATA", raising=False)
    with pytest.raises(BenchmarkError, match="NGATU_TEST_DATA: wanted the folder"):
        main([])


def test_a_clip_that_is_not_there_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("NGATU_TEST_DATA", str(tmp_path))
    with pytest.raises(BenchmarkError, match=r"found none at .*nowhere\.mp4"):
        main(["--clip", "nowhere.mp4"])
