import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from models.registry import pulling
from models.registry.bench import Case, Timing, bench, faster, timing
from models.registry.importing import USER_FOLDER
from models.registry.remembered import remembered, state_file
from models.registry.resolve import resolve_model
from vision.detect.model_file import read_model_file
from vision.detect.runtime import Runtime

ORT, OPENVINO = Runtime.ONNXRUNTIME, Runtime.OPENVINO
METADATA = {"task": "detect", "imgsz": "[64, 96]", "names": "{0: 'person', 1: 'car'}"}


@pytest.fixture
def model(take_in):
    assert take_in().code == 0
    return resolve_model(USER_FOLDER / "tiny.onnx")


def test_every_runtime_is_timed_alone_and_whole_with_one_and_two_threads(ngatu, model):
    answer = ngatu("bench", "--model", model.file, "--seconds", "0.1", "--json")
    assert answer.code == 0
    found = answer.json()
    runtimes = [ORT, OPENVINO] if find_spec("openvino") else [ORT]
    cases = {(row["runtime"], row["threads"], row["measured"]) for row in found["timings"]}
    assert cases == {
        (runtime, threads, what) for runtime in runtimes for threads in (1, 2) for what in ("network", "detect")
    }
    assert all(row["pictures"] >= 3 and 0 < row["median_ms"] <= row["p90_ms"] for row in found["timings"])
    assert set(found["faster"]) == {"1", "2"}
    assert [row["ratio"] for row in found["timings"][:1]] == [1.0]


def test_a_model_of_another_task_is_timed_alone_on_a_blank_input(ngatu, write_model):
    file = write_model()
    card = "task: lamp\nname: mine\nversion: '1'\nlicence: MIT\nsource: me\nclasses: [red, green]\n"
    file.with_name("tiny.card.yaml").write_text(card, "utf-8")
    found = ngatu("bench", "--model", file, "--seconds", "0.1", "--json").json()
    assert {row["measured"] for row in found["timings"]} == {"network"}
    assert found["picture_px"] is found["fastest"] is found["remembered"] is None
    assert set(found["faster"]) == {"1", "2"}
    assert "mine, on a blank input" in ngatu("bench", "--model", file, "--seconds", "0.1").out


def test_a_network_of_open_size_and_another_task_cannot_be_timed(ngatu, write_model):
    file = write_model(sides=("h", "w"))
    card = "task: lamp\nname: mine\nversion: '1'\nlicence: MIT\nsource: me\n"
    file.with_name("tiny.card.yaml").write_text(card, "utf-8")
    answer = ngatu("bench", "--model", file, "--seconds", "0.1")
    assert answer.code == 2
    assert "wanted a network for pictures of one size, found input (any, 3, any, any)" in answer.err


def test_the_bench_for_people_recommends_a_runtime_only_where_there_is_a_choice(ngatu, model, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    answer = ngatu("bench", "--model", model.file, "--seconds", "0.1")
    assert "openvino: not installed: pip install 'ngatu[openvino]'" in answer.err
    assert "--runtime" not in answer.out


def test_the_runtime_that_brings_the_most_pictures_is_remembered(ngatu, model):
    found = ngatu("bench", "--model", model.file, "--seconds", "0.1", "--json").json()
    assert set(found["per_second"]) == ({ORT, OPENVINO} if find_spec("openvino") else {ORT})
    assert found["fastest"] == max(found["per_second"], key=found["per_second"].get)
    assert Path(found["remembered"]) == state_file()
    assert remembered(read_model_file(model.file).sha256) == found["fastest"]


def test_median_and_slowest_tenth_are_milliseconds_per_picture():
    found = timing([step / 1000 for step in range(1, 12)])
    assert (found.median_ms, found.p90_ms, found.pictures) == pytest.approx((6, 10, 11))


def test_the_faster_runtime_is_that_of_the_whole_way_for_each_number_of_threads():
    def median(ms):
        return Timing(ms, ms, 3)

    timings = {
        Case(ORT, 1, whole=False): median(1),
        Case(OPENVINO, 1, whole=False): median(2),
        Case(ORT, 1, whole=True): median(9),
        Case(OPENVINO, 1, whole=True): median(8),
        Case(ORT, 2, whole=True): median(5),
        Case(OPENVINO, 2, whole=True): median(5),
    }
    assert faster(timings) == {1: OPENVINO, 2: ORT}


def test_the_clock_that_is_given_decides_how_long_and_what_is_told(model):
    ticks, shares = iter(range(10_000)), []
    found = bench(model.file, model.card, seconds=200, clock_s=lambda: float(next(ticks)), show=shares.append)
    assert all(one.median_ms == 1000 for one in found.timings.values())
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_bench_of_a_file_that_is_not_there_says_so(ngatu):
    answer = ngatu("bench", "--model", "absent.onnx")
    assert answer.code == 2
    assert "absent.onnx: wanted a model file, found nothing of that name" in answer.err


def test_without_ultralytics_the_user_is_told_what_to_install_and_how_else_to_get_the_model(ngatu, monkeypatch):
    monkeypatch.setitem(sys.modules, "ultralytics", None)
    answer = ngatu("pull", "yolo11n", "--input", "640x384")
    assert answer.code == 2
    for advice in (
        "pip install 'ngatu[train]'",
        "yolo export model=yolo11n.pt format=onnx imgsz=384,640",
        "ngatu models import yolo11n.onnx",
    ):
        assert advice in answer.err
    assert not USER_FOLDER.exists()


@pytest.mark.parametrize("name", ["yolo99", "../yolo11n", "yolo11n.pt"])
def test_a_name_that_is_not_offered_is_refused_before_anything_runs(ngatu, name):
    answer = ngatu("pull", name)
    assert answer.code == 2
    assert "wanted one of yolo11n" in answer.err


def test_what_was_fetched_is_checked_and_kept_with_its_licence(ngatu, write_model):
    file = write_model(metadata=METADATA)
    made = pulling.pull("yolo11n", USER_FOLDER, (96, 64), export=lambda name, size_px, folder: file)
    assert made.file == USER_FOLDER / "yolo11n.onnx"
    assert (made.card.name, made.card.licence) == ("yolo11n", "AGPL-3.0 (Ultralytics)")
    assert resolve_model(made.file).card == made.card


STAND_IN_TORCH = "class library:\n    Library = object\n"


@pytest.fixture
def ultralytics(tmp_path, monkeypatch):
    """A stand-in for the packages that download: `body` is what YOLO(name).export(...) does."""

    def install(body: str) -> None:
        folder = tmp_path / "packages"
        folder.mkdir()
        (folder / "torch.py").write_text(STAND_IN_TORCH, "ascii")
        (folder / "torchvision.py").write_text("", "ascii")
        source = f"class YOLO:\n    def __init__(self, name): self.name = name\n    def export(self, **how):\n{body}"
        (folder / "ultralytics.py").write_text(source, "utf-8")
        monkeypatch.syspath_prepend(folder)

    return install


def test_a_download_that_fails_tells_why_and_how_else_to_get_the_model(ngatu, ultralytics):
    ultralytics("        raise ConnectionError('no route to github.com')\n")
    answer = ngatu("pull", "yolo11n")
    assert answer.code == 2
    assert "no route to github.com" in answer.err
    assert "without it on a machine with internet" in answer.err
    assert "Traceback" not in answer.err
    assert not USER_FOLDER.exists()


def test_a_model_that_ultralytics_exports_is_taken_in(ngatu, ultralytics, write_model):
    file = write_model("theirs.onnx", METADATA)
    ultralytics(
        "        assert how == {'format': 'onnx', 'imgsz': [64, 96]}\n        print('exporting')\n"
        f"        import shutil\n        shutil.copy({str(file)!r}, self.name.replace('.pt', '.onnx'))\n"
    )
    answer = ngatu("pull", "yolo11n", "--input", "96x64", "--json")
    assert answer.code == 0
    assert answer.json()["file"] == str(USER_FOLDER / "yolo11n.onnx")
    assert (USER_FOLDER / "yolo11n.onnx").read_bytes() == file.read_bytes()
    assert not Path("yolo11n.onnx").exists()


def test_export_of_what_is_no_training_run_is_refused(ngatu, tmp_path):
    answer = ngatu("export", tmp_path, "--note", "two cores")
    assert answer.code == 2
    assert "wanted the folder of a training run with recipe.json" in answer.err


def test_export_without_torch_says_what_to_install(ngatu, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    run = tmp_path / "run"
    run.mkdir()
    for part in ("recipe.json", "last.pt"):
        (run / part).write_text("", "ascii")
    answer = ngatu("export", run, "--note", "two cores")
    assert answer.code == 2
    assert "pip install 'ngatu[train]'" in answer.err
    shutil.rmtree(run)
