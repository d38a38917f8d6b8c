"""What has to be done for each model, in which order: every step a command that may also be typed by hand."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from models.errors import DatasetError
from models.train.cards import processor

DRAWN_AT_ONCE = 100
"""Pictures to a call of the drawing command: its memory grows from picture to picture."""
TEACHERS = ("weights/yassim_yolo11n_int8_ov/yolo11n.xml", "weights/yolox_nano_416_coco/yolox_nano.onnx")
VIDEOS = ("*.mp4", "*.avi", "*.mkv", "*.mov", "*.webm", "*.mpg", "*.ts")
TRUTH = "boxes/annotations.json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    data      folder with the labelled sets
    out       everything is made below it
    drawn     a set of models.datasets.drawn that is there already; None: drawn anew
    teachers  detectors that label for the vehicle detector; empty: those below `data`, if they are there
    quick     a handful of everything
    """

    data: Path
    out: Path
    drawn: Path | None = None
    teachers: tuple[Path, ...] = ()
    quick: bool = False

    @property
    def run(self) -> Path:
        return self.out / "run"


@dataclass(frozen=True, slots=True)
class Step:
    """name: of the step, once in a recipe; module and arguments: the command; scores: what it prints is the score."""

    name: str
    module: str
    arguments: Callable[[], Sequence[object]]
    scores: bool = False


def steps_of(model: str, wanted: Wanted) -> list[Step]:
    """Raise DatasetError for another model than the five."""
    if model not in PLANS:
        raise DatasetError(f"{model}: wanted one of {', '.join(PLANS)}, found another name")
    return PLANS[model](wanted)


def _detector(wanted: Wanted) -> list[Step]:
    """Teachers label frames and what sets lack only where there are teachers; quick leaves the sets as they are."""
    out, quick = wanted.out, wanted.quick
    teachers = wanted.teachers or tuple(file for one in TEACHERS if (file := wanted.data / one).is_file())
    videos = sorted(file for kind in VIDEOS for file in (wanted.data / "videos").glob(f"*/{kind}"))
    labelled = ["--data", wanted.data] if (wanted.data / "detect").is_dir() else []
    steps = _drawing(wanted, 6 if quick else 1_400, "320x192" if quick else "960x544")
    used: list[object] = [*labelled, "--drawn", wanted.drawn or out / "drawn"]
    if wanted.drawn is None:
        steps.append(_fleet(wanted, 2 if quick else 460))
        used += ["--fleet", out / "fleet"]
    if teachers and videos:
        few = ["--most", 1] if quick else []
        told = [*(videos[:1] if quick else videos), "--teacher", *teachers, "--out", out / "pseudo", *few]
        steps.append(Step("label frames of videos", "models.datasets.pseudo", lambda: told))
        used += ["--pseudo", out / "pseudo"]
    if teachers and labelled and not quick:
        lacking = [*labelled, "--teacher", *teachers, "--out", out / "also"]
        steps.append(Step("label what sets lack", "models.train.complete", lambda: lacking))
        used += ["--also", out / "also"]
    small = ["--pictures", 32, "--batch", 4, "--width", 160, "--height", 96, "--save-every", 2] if quick else []
    steps.append(Step("train", "models.train.detector", lambda: [*used, "--out", wanted.run, *small]))
    steps.append(Step("export", "models.train.export", lambda: _exported(wanted, _minutes(wanted.run))))
    if (wanted.data / TRUTH).is_file():
        asked = ["models", "evaluate", "--model", out / "detector.onnx", "--coco", wanted.data / TRUTH]
        steps.append(Step("score", "models.cli", lambda: asked, scores=True))
    return steps


def _minutes(run: Path) -> str:
    """As the run's own log has them, pauses left out."""
    seconds = float((run / "log.csv").read_text("ascii").splitlines()[-1].split(",")[1])
    return f"{seconds / 60:.0f} minutes"


def _exported(wanted: Wanted, *told: str) -> list[object]:
    return ["--run", wanted.run, "--out", wanted.out, "--note", ", ".join([*told, processor(), "no GPU"])]


def _plate_finder(wanted: Wanted) -> list[Step]:
    small = ["--steps", 8, "--batch", 4, "--scenes", 8, 8, "--drawn", 4] if wanted.quick else []
    return [
        Step("train", "models.train.plate_finder", lambda: ["--data", wanted.data, "--out", wanted.run, *small]),
        Step("export", "models.train.plate_finder_export", lambda: [*_exported(wanted), "--sure", 0.45]),
        _scored("plate_scenes", "--finder", wanted.out / "plate-finder.onnx"),
    ]


def _plate_reader(wanted: Wanted) -> list[Step]:
    small = ["--steps", 8, "--batch", 4, "--drawn", 1, "--real", 1, "--hung", 1, "--chunk", 12] if wanted.quick else []
    return [_trained(wanted, "plate_reader", *small), _scored("plates", "--model", wanted.run / "plate-reader.onnx")]


def _helmet(wanted: Wanted) -> list[Step]:
    small = ["--steps", 8, "--batch", 8] if wanted.quick else []
    return [
        *_drawing(wanted, 2 if wanted.quick else 300, "640x384" if wanted.quick else "1280x736"),
        *_near_riders(wanted, 2 if wanted.quick else 640),
        _trained(wanted, "helmet", "--drawn", wanted.drawn or wanted.out / "drawn", *small),
        _scored("helmets", "--model", wanted.run / "helmet.onnx"),
    ]


def _lamp(wanted: Wanted) -> list[Step]:
    small = ["--steps", 8, "--drawn", 20] if wanted.quick else []
    return [_trained(wanted, "lamp", *small), _scored("lamps", "--model", wanted.run / "lamp.onnx")]


def _trained(wanted: Wanted, module: str, *more: object) -> Step:
    command = ["--data", wanted.data, "--out", wanted.run, *more]
    return Step("train", f"models.train.{module}", lambda: command)


def _scored(benchmark: str, option: str, file: Path) -> Step:
    return Step("score", f"benchmarks.accuracy.{benchmark}", lambda: [option, file], scores=True)


def _drawing(wanted: Wanted, count: int, size: str) -> list[Step]:
    """None where a drawn set is given."""
    if wanted.drawn is not None:
        return []
    out = wanted.out / "drawn"
    calls = [(first, min(DRAWN_AT_ONCE, count - first)) for first in range(0, count, DRAWN_AT_ONCE)]
    return [_draw(["--out", out, "--size", size, "--first", first, "--count", number]) for first, number in calls]


def _near_riders(wanted: Wanted, count: int) -> list[Step]:
    """Into the same folder; none where a drawn set is given."""
    if wanted.drawn is not None:
        return []
    command = ["--out", wanted.out / "drawn", "--count", count]
    return [Step("draw riders from near", "models.datasets.drawn.riders", lambda: command)]


def _fleet(wanted: Wanted, count: int) -> Step:
    command = ["--out", wanted.out / "fleet", "--count", count]
    return Step("draw lorries and buses", "models.datasets.drawn.fleet", lambda: command)


def _draw(told: Sequence[object]) -> Step:
    return Step(f"draw from picture {told[5]}", "models.datasets.drawn", lambda: told)


PLANS: Mapping[str, Callable[[Wanted], list[Step]]] = MappingProxyType(
    {
        "detector": _detector,
        "plate-finder": _plate_finder,
        "plate-reader": _plate_reader,
        "helmet": _helmet,
        "lamp": _lamp,
    }
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """The steps that ended, in a file below OUT, with what they were run for."""

    file: Path
    model: str
    wanted: Wanted

    def ended(self) -> list[str]:
        """Raise DatasetError where the folder was begun for something else."""
        if not self.file.is_file():
            return []
        told = json.loads(self.file.read_text("utf-8"))
        if told["for"] != self._asked():
            raise DatasetError(
                f"{self.file.parent}: wanted a folder begun with the same model and options, found one begun with "
                f"{told['for']}; choose another --out"
            )
        return [str(name) for name in told["ended"]]

    def write(self, ended: Sequence[str]) -> None:
        """In one move: a kill leaves the old or the new."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        partial = self.file.with_suffix(".part")
        partial.write_text(json.dumps({"for": self._asked(), "ended": list(ended)}, indent=1), "utf-8")
        partial.replace(self.file)

    def _asked(self) -> list[str]:
        wanted = self.wanted
        more = [f"--drawn {wanted.drawn}"] if wanted.drawn else []
        more += [f"--teacher {file}" for file in wanted.teachers]
        return [self.model, f"--data {wanted.data}", *more, *(["--quick"] if wanted.quick else [])]
