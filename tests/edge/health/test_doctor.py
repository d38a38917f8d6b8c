import sys
from pathlib import Path

import pytest

from edge.health.check import Check, Verdict
from edge.health.clock import ClockReading, check_clock, judge, read_clock
from edge.health.disk import check_commits, check_folder, check_room
from edge.health.doctor import examine, worst
from edge.health.software import check_codecs, check_model, check_package, check_providers, check_python
from models.errors import RegistryError


def test_everything_is_looked_at_and_every_problem_has_its_advice(tmp_path: Path):
    checks = examine(tmp_path)
    names = [check.name for check in checks]
    for wanted in ("python", "av", "onnxruntime", "ffmpeg decoder hevc", "onnxruntime providers", "clock", "disk room"):
        assert wanted in names
    assert "default model" not in names
    assert len(set(names)) == len(names)
    assert [check for check in checks if check.verdict is not Verdict.OK and not check.advice] == []
    assert [check for check in checks if not check.found] == []


def test_a_machine_that_passes_the_tests_passes_the_doctor(tmp_path: Path):
    unhealthy = [check for check in examine(tmp_path) if check.verdict is Verdict.FAIL and check.name != "disk room"]
    assert unhealthy == []


def test_the_worst_check_is_the_verdict_on_the_machine():
    ok, warn, fail = (Check("c", verdict, "found") for verdict in Verdict)
    assert worst([]) is Verdict.OK
    assert worst([ok, warn, ok]) is Verdict.WARN
    assert worst([fail, warn, ok]) is Verdict.FAIL


@pytest.mark.parametrize(
    ("found", "verdict"),
    [((3, 10, 9), Verdict.FAIL), ((3, 11, 0), Verdict.OK), ((4, 0, 0), Verdict.OK), (sys.version_info[:3], Verdict.OK)],
)
def test_an_old_python_fails(found: tuple[int, ...], verdict: Verdict):
    assert check_python(found).verdict is verdict


def test_a_package_that_is_not_installed_fails_or_warns_with_what_to_do():
    needed = check_package("nowhere", "no-such-package", "")
    assert (needed.verdict, needed.found, needed.advice) == (
        Verdict.FAIL,
        "not installed",
        "pip install no-such-package",
    )
    assert check_package("nowhere", "no-such-package", "", needed=False).verdict is Verdict.WARN


def test_a_package_that_does_not_load_names_the_missing_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "lame.py").write_text("raise ImportError('libGL.so.1: cannot open shared object file')")
    monkeypatch.syspath_prepend(tmp_path)
    check = check_package("lame", "numpy", "apt install libgl1")
    assert check.verdict is Verdict.FAIL
    assert "does not load: libGL.so.1" in check.found
    assert check.advice == "apt install libgl1"


def test_a_missing_decoder_fails_and_a_missing_encoder_warns():
    assert [check.verdict for check in check_codecs(["h264", "no-such"], ["no-such-either"])] == [
        Verdict.OK,
        Verdict.FAIL,
        Verdict.WARN,
    ]


@pytest.mark.parametrize(
    ("providers", "verdict"),
    [([], Verdict.FAIL), (["CUDAExecutionProvider"], Verdict.FAIL), (["CPUExecutionProvider"], Verdict.OK)],
)
def test_without_the_processor_as_provider_it_fails(providers: list[str], verdict: Verdict):
    assert check_providers(providers).verdict is verdict


@pytest.mark.parametrize(
    ("reading", "verdict", "found"),
    [
        (ClockReading(True, 0.012), Verdict.OK, "synchronised, wrong by 0.012 s at most"),
        (ClockReading(True, 2.0), Verdict.WARN, "synchronised, wrong by 2.000 s at most"),
        (ClockReading(False, None), Verdict.WARN, "not synchronised"),
        (ClockReading(None, None), Verdict.WARN, "the system does not say whether it is right"),
    ],
)
def test_a_clock_nobody_vouches_for_warns(reading: ClockReading, verdict: Verdict, found: str):
    check = check_clock(reading)
    assert (check.verdict, check.found) == (verdict, found)
    assert bool(check.advice) is (verdict is not Verdict.OK)


@pytest.mark.parametrize(
    ("status", "wanted"),
    [(0x0040, ClockReading(False, None)), (0x2001, ClockReading(True, 0.25)), (0x2041, ClockReading(False, None))],
)
def test_the_kernels_figures_are_read_as_its_manual_says(status: int, wanted: ClockReading):
    assert judge(status, 250_000) == wanted


def test_the_kernel_is_really_asked():
    reading = read_clock()
    assert reading.synchronised in {True, False, None}
    assert (reading.error_s is None) is (reading.synchronised is not True)


@pytest.mark.parametrize(
    ("free_bytes", "verdict"),
    [(0, Verdict.FAIL), (999_999_999, Verdict.FAIL), (5 * 10**9, Verdict.WARN), (10**11, Verdict.OK)],
)
def test_little_room_warns_before_it_fails(tmp_path: Path, free_bytes: int, verdict: Verdict):
    check = check_room(tmp_path, free_bytes)
    assert check.verdict is verdict
    assert f"{free_bytes / 1e9:.1f} GB" in check.found


def test_commits_are_really_made_and_leave_nothing(tmp_path: Path):
    assert check_commits(tmp_path, iter([10.0, 10.04]).__next__).found.startswith("2.0 ms each, synced")
    assert check_commits(tmp_path, iter([10.0, 14.0]).__next__).verdict is Verdict.WARN
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_fails(tmp_path: Path):
    (tmp_path / "file").write_text("")
    assert check_commits(tmp_path / "file").verdict is Verdict.FAIL


def test_a_folder_still_to_be_made_is_judged_by_the_one_above(tmp_path: Path):
    checks = check_folder(tmp_path / "later" / "much later")
    assert [check.found.endswith(str(tmp_path)) for check in checks] == [True, True]
    assert list(tmp_path.iterdir()) == []


def test_a_model_is_found_gone_or_to_be_obtained(tmp_path: Path):
    def none() -> Path:
        raise RegistryError("no model yet: name one with --model FILE")

    model = tmp_path / "small.onnx"
    assert check_model(none) == Check("default model", Verdict.WARN, "none", "no model yet: name one with --model FILE")
    assert check_model(lambda: model).verdict is Verdict.WARN
    model.write_bytes(b"x" * 2_000_000)
    assert check_model(lambda: model) == Check("default model", Verdict.OK, f"{model} (2.0 MB)")
    assert examine(tmp_path, lambda: model)[-1].name == "default model"
