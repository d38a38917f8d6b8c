"""Whatever is wrong with what `ngatu` is given: one clear sentence on stderr, exit code 2, and nothing half-written."""

from pathlib import Path

import av
import pytest

CROSSED_LANE = """\
version: 1
camera: c
lanes:
  a: {polygon: [[0.1, 0.1], [0.9, 0.9], [0.9, 0.1], [0.1, 0.9]], direction: [[0.5, 0.9], [0.5, 0.1]]}
"""
THREE_POINTS = """\
version: 1
camera: c
calibration:
  source: tape
  points:
    - {at: [0, 0], metres: [0, 0]}
    - {at: [1, 0], metres: [9, 0]}
    - {at: [1, 1], metres: [9, 9]}
"""


def no_frames(file: Path) -> None:
    """A sound MP4 with an index and a video stream, and not one picture in it."""
    with av.open(str(file), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        container.start_encoding()


@pytest.fixture
def place(tmp_path, little_video, tiny_model, scene, lamps):
    """A folder with good things and bad ones, by name."""
    (tmp_path / "good.mp4").write_bytes(little_video.read_bytes())
    (tmp_path / "text.mp4").write_text("this is no video, however it calls itself\n" * 40)
    (tmp_path / "empty.mp4").touch()
    no_frames(tmp_path / "none.mp4")
    card = tiny_model.with_suffix(".card.yaml").read_text()
    changes = {
        "size": ("width_px: 160", "width_px: 320"),
        "head": ("head: yolo_end2end", "head: yolox"),
        "broken": ("head: yolo_end2end", "head: [oh"),
        "twoclass": ("classes: [car]", "classes: [car, whale]"),
    }
    for name, (old, new) in changes.items():
        (tmp_path / f"{name}.onnx").write_bytes(tiny_model.read_bytes())
        (tmp_path / f"{name}.card.yaml").write_text(card.replace(old, new))
    (tmp_path / "text.onnx").write_text("no model")
    (tmp_path / "text.card.yaml").write_text(card)
    (tmp_path / "good.onnx").write_bytes(tiny_model.read_bytes())
    (tmp_path / "good.card.yaml").write_text(card)
    (tmp_path / "crossed.yaml").write_text(CROSSED_LANE)
    (tmp_path / "three.yaml").write_text(THREE_POINTS)
    (tmp_path / "blue.yaml").write_text("north:\n  - {state: blue, since_s: 0, until_s: 9}\n")
    (tmp_path / "taken").mkdir()
    (tmp_path / "evidence-taken").mkdir()
    (tmp_path / "evidence-taken" / "evidence").write_text("in the way")
    (tmp_path / "notes.txt").write_text("my notes\n")
    return tmp_path


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


LINE = ("--line", "80,8,80,88")
COUNT = ("count", "good.mp4", *LINE, "--model", "good.onnx")
RENDER = ("--render", "drawn.mp4")
WATCH = ("watch", "good.mp4", "--scene", "scene.yaml", "--model", "good.onnx", "--data", "agent")


def instead(words: tuple[str, ...], **changes: str) -> tuple[str, ...]:
    """The words with the value behind each named option changed; `source` is the second word."""
    changed = list(words)
    for name, value in changes.items():
        changed[1 if name == "source" else changed.index(f"--{name}") + 1] = value
    return tuple(changed)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param((*instead(COUNT, source="gone.mp4"), *RENDER), "gone.mp4: wanted a video file", id="no file"),
        pytest.param((*instead(COUNT, source="text.mp4"), *RENDER), "text.mp4: wanted a video, found", id="text"),
        pytest.param(instead(COUNT, source="empty.mp4"), "empty.mp4: wanted a video, found an empty file", id="empty"),
        pytest.param(
            (*instead(COUNT, source="none.mp4"), *RENDER), "none.mp4: wanted a video stream, found no", id="no frames"
        ),
        pytest.param(instead(COUNT, source="ftp://a/b"), "before ://, found ftp", id="other scheme"),
        pytest.param(instead(COUNT, model="gone.onnx"), "gone.onnx", id="no model"),
        pytest.param(instead(COUNT, model="text.onnx"), "text.onnx: ", id="text as model"),
        pytest.param(instead(COUNT, model="size.onnx"), "wanted (any, 3, 96, 320), found (any, 3, 96, 160)", id="size"),
        pytest.param(instead(COUNT, model="head.onnx"), "head yolox with 1 classes: wanted (any,", id="head"),
        pytest.param(instead(COUNT, model="broken.onnx"), "broken.card.yaml:", id="broken card"),
        pytest.param(instead(COUNT, model="twoclass.onnx"), "none for whale", id="class without meaning"),
        pytest.param((*instead(COUNT, line="1,2,3"), *RENDER), "--line: wanted four numbers", id="malformed line"),
        pytest.param((*instead(COUNT, line="1,2,999,4"), *RENDER), "the point 999,4 lies outside", id="line outside"),
        pytest.param(
            (*COUNT, "--render", "gone/drawn.mp4"), "--render gone/drawn.mp4: wanted a folder", id="no folder"
        ),
        pytest.param((*COUNT, "--render", "taken"), "--render taken: wanted a file, found a folder", id="folder"),
        pytest.param((*COUNT, "--render", "good.mp4"), "wanted another file than the video", id="render over source"),
        pytest.param((*instead(WATCH, source="gone.mp4"), "--out", "o.jsonl"), "gone.mp4: wanted", id="watch no file"),
        pytest.param((*instead(WATCH, scene="gone.yaml"), "--out", "o.jsonl"), "gone.yaml", id="no scene"),
        pytest.param(
            (*instead(WATCH, scene="crossed.yaml"), "--out", "o.jsonl"), "crossed.yaml:4: ", id="lane crosses itself"
        ),
        pytest.param((*instead(WATCH, scene="three.yaml"), "--out", "o.jsonl"), "three.yaml:", id="three points"),
        pytest.param((*WATCH, "--lamps", "blue.yaml", "--out", "o.jsonl"), "found 'blue'", id="lamp state"),
        pytest.param((*WATCH, "--lamps", "gone.yaml", "--out", "o.jsonl"), "gone.yaml: cannot be read", id="no lamps"),
        pytest.param((*WATCH, "--out", "taken"), "taken: wanted a plain file", id="out is a folder"),
        pytest.param((*WATCH, "--out", "/dev/full"), "/dev/full: wanted a plain file", id="out is a device"),
        pytest.param((*WATCH, "--out", "notes.txt/o.jsonl"), "the events cannot be written there", id="out in a file"),
        pytest.param((*WATCH, "--out", "notes.txt"), "found something else; left as it was", id="out over notes"),
        pytest.param((*WATCH, "--centre", "http://192.0.2.1"), "wanted https, found http", id="plain http abroad"),
        pytest.param((*WATCH, "--centre", "nowhere"), "wanted an address such as https://", id="no address"),
        pytest.param(
            (*instead(WATCH, data="notes.txt"), "--out", "o.jsonl"), "--data: wanted a folder I can write", id="data"
        ),
        pytest.param(
            (*instead(WATCH, data="evidence-taken"), "--lamps", "lamps.yaml", "--out", "o.jsonl"),
            "evidence-taken/evidence",
            id="evidence folder",
        ),
        pytest.param(("send", "--centre", "https://a.example", "--data", "gone"), "found none", id="nothing to send"),
    ],
)
def test_one_sentence_and_nothing_half_written(ngatu, place, monkeypatch, words, sentence):
    monkeypatch.chdir(place)
    before = snapshot(place)
    said = ngatu(*words, *(() if words[0] == "send" else ("--json",)))
    assert said.code == 2
    complaint = said.err.splitlines()[-1] if words[0] == "watch" else said.err
    assert complaint.startswith("ngatu: ")
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert said.out == ""
    after = snapshot(place)
    assert {name: after[name] for name in before} == before
    # The lock is no work of half; an empty events file is a whole one.
    assert not [name for name in after.keys() - before.keys() if after[name] and not name.endswith("agent.lock")]


@pytest.mark.parametrize("changed", [{"source": "gone.mp4"}, {"model": "size.onnx"}], ids=["source", "model"])
@pytest.mark.parametrize("target", [("--out", "o.jsonl"), ("--centre", "https://a.example")], ids=["file", "centre"])
def test_a_watch_that_cannot_begin_makes_no_file_and_no_folder(ngatu, place, monkeypatch, changed, target):
    monkeypatch.chdir(place)
    before = set(place.rglob("*"))
    said = ngatu(*instead(WATCH, **changed), *target)
    assert said.code == 2
    assert len(said.err.splitlines()) == 1
    assert set(place.rglob("*")) == before


def test_square_brackets_in_a_name_are_shown_as_they_are(ngatu, tmp_path):
    said = ngatu("count", tmp_path / "cam[bold]1[/x].mp4", *LINE, "--model", "m.onnx")
    assert "m.onnx" in said.err
    said = ngatu("send", "--centre", "https://a.example", "--data", tmp_path / "[red]one[/none]")
    assert "[red]one[/none]/outbox.db: wanted the outbox" in said.err


def test_a_missing_option_is_a_usage_error_of_code_2(ngatu, place):
    assert ngatu("count", place / "good.mp4").code == 2
    assert ngatu("watch", place / "good.mp4", "--out", "x").code == 2
