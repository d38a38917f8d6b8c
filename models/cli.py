"""The commands `ngatu models …`: what may be asked of them. The work is in `models.registry` and `models.datasets`."""

import re
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, cast, get_args

import typer
from rich.console import Console
from rich.progress import Progress
from typer.core import TyperGroup

from models import telling
from models.datasets.labels import ReadReport
from models.datasets.truth import coco_truth, yolo_truth
from models.errors import DatasetError, ModelsError, RegistryError
from models.registry import pulling
from models.registry.bench import bench as time_model
from models.registry.importing import USER_FOLDER, Description, import_model
from models.registry.installed import list_models
from models.registry.recording import check_recordable, record_scores
from models.registry.remembered import remember
from models.registry.resolve import resolve_model
from models.registry.shipped import card_of, shipped
from models.scoring import measured_scores, score_model
from vision.detect.card import Head
from vision.detect.meanings import Meaning
from vision.detect.model_file import read_model_file
from vision.detect.runtime import Runtime
from vision.errors import VisionError
from vision.vehicles import KIND_NAMES

BAD_INPUT = 2
MEANINGS: tuple[str, ...] = (*KIND_NAMES, *get_args(get_args(Meaning)[1]))


class Commands(TyperGroup):
    """A fault of the input ends with one sentence and exit code 2, here as in the whole of `ngatu`."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (ModelsError, VisionError) as error:
            telling.fail(str(error))
            raise typer.Exit(BAD_INPUT) from error


models_app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="List, fetch, take in, make, score and time detectors."
)
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(models_app, name="models")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else there.")]
FolderOption = Annotated[Path, typer.Option("--folder", help="Where imported and pulled models lie.")]
ModelOption = Annotated[
    Path | None, typer.Option("--model", help="ONNX or OpenVINO model; without it the detector that ships.")
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace a model of that name.")]
MeaningOption = Annotated[
    list[str] | None,
    typer.Option("--meaning", metavar="NAME=KIND", help=f"What a class is: {', '.join(MEANINGS)}. Repeat as needed."),
]


@models_app.command("list")
def list_(folder: FolderOption = USER_FOLDER, as_json: JsonOption = False) -> None:
    """Say what models there are, whether their files are whole, and how well they score."""
    rows = list_models(folder)
    if as_json:
        telling.print_json(telling.listed_document(rows))
    else:
        telling.print_listed(rows)


@models_app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The model (.onnx, or .xml of an OpenVINO pair).")],
    *,
    head: Annotated[Head | None, typer.Option(help="How the numbers leave the network.")] = None,
    classes: Annotated[str, typer.Option(help="Its classes in their order, with commas; or: coco")] = "",
    meaning: MeaningOption = None,
    input_size: Annotated[str | None, typer.Option("--input", metavar="WxH", help="Picture it wants.")] = None,
    name: Annotated[str | None, typer.Option(help="Its name from now on; without it that of the file.")] = None,
    licence: Annotated[str | None, typer.Option(help="What its author says.")] = None,
    source: Annotated[str | None, typer.Option(help="Where it comes from.")] = None,
    sha256: Annotated[str | None, typer.Option(help="The sum the file must have.")] = None,
    folder: FolderOption = USER_FOLDER,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Check a model, try it on a blank picture, and keep it with a card that says what it is."""
    told = Description(
        name=name,
        head=head,
        classes=[one.strip() for one in classes.split(",") if one.strip()],
        meanings=_meanings(meaning),
        size_px=None if input_size is None else _size_px(input_size),
        licence=licence,
        source=source,
        sha256=sha256,
    )
    telling.print_imported(import_model(file, told, folder, replace=force), as_json)


@models_app.command("pull")
def pull(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(pulling.NAMES)}.")],
    input_size: Annotated[str, typer.Option("--input", metavar="WxH", help="Picture it will want.")] = "640x640",
    folder: FolderOption = USER_FOLDER,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Fetch a public model through ultralytics (needs internet and the extra `train`) and export it to ONNX."""
    size_px = _size_px(input_size)
    with Console(stderr=True).status(f"fetching and exporting {name}"):
        model = pulling.pull(name, folder, size_px, replace=force)
    telling.print_imported(model, as_json)


@models_app.command("export")
def export(
    run: Annotated[Path, typer.Argument(help="Folder of a training run, with last.pt and recipe.json.")],
    note: Annotated[str, typer.Option(help="The hardware and the minutes that made it.")],
    out: Annotated[Path, typer.Option(help="Folder for the ONNX file and its card.")] = USER_FOLDER,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Turn a training run into an ONNX file with its card."""
    for part in ("recipe.json", "last.pt"):
        if not (run / part).is_file():
            raise RegistryError(f"{run}: wanted the folder of a training run with {part}, found none")
    if find_spec("torch") is None or find_spec("ultralytics") is None:
        raise RegistryError("export: wanted torch and ultralytics, found none: pip install 'ngatu[train]'")
    from models.train.export import export as export_run  # noqa: PLC0415 - needs the extra `train`

    telling.print_imported(resolve_model(export_run(run, out, note, replace=force)), as_json)


@models_app.command("evaluate")
def evaluate(
    *,
    model: ModelOption = None,
    coco: Annotated[Path | None, typer.Option(help="COCO annotation file (JSON).")] = None,
    images: Annotated[Path | None, typer.Option(help="Where its file names start; without it its own folder.")] = None,
    yolo: Annotated[Path | None, typer.Option(help="Folder of a YOLO set, with data.yaml.")] = None,
    split: Annotated[str, typer.Option(help="Which part of the YOLO set.")] = "valid",
    meaning: MeaningOption = None,
    runtime: Annotated[Runtime | None, typer.Option(help="What runs the network.")] = None,
    threads: Annotated[int, typer.Option(min=1, help="Processor threads for one picture.")] = 1,
    record: Annotated[
        str | None, typer.Option(metavar="DATA", help="Write the scores into the model's card; DATA: what the set is.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Score a detector on labelled pictures: AP at IoU 0.5 by kind, by pycocotools."""
    resolved, report, told = resolve_model(model), ReadReport(), _meanings(meaning)
    if record is not None:
        check_recordable(resolved.file)
    if coco is not None and yolo is None:
        root, how = images or coco.parent, f"--coco {coco.name}"
        truth = coco_truth(coco, root, told, report)
    elif yolo is not None and coco is None:
        root, how = yolo, f"--yolo {yolo.name} --split {split}"
        truth = yolo_truth(root, split, told, report)
    else:
        raise DatasetError("evaluate: wanted either --coco FILE or --yolo FOLDER")
    telling.say(report.sentence())
    scores = score_model(resolved, truth, root, runtime, threads)
    document = telling.scored_document(resolved.card.name, scores.ap50, scores.truths, report)
    if record is not None:
        command = " ".join([f"ngatu models evaluate {how}", *(f"--meaning {one}" for one in meaning or ())])
        measured = measured_scores(scores.ap50, record, command, datetime.now(UTC).date())
        telling.say(f"written into {record_scores(resolved.file, measured)}")
    if as_json:
        telling.print_json(document)
    else:
        telling.print_scored(document)


@models_app.command("bench")
def bench(
    model: Annotated[
        Path | None, typer.Option("--model", help="Model of any task; without it the detector that ships.")
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="How long to measure, all cases together.")] = 5.0,
    as_json: JsonOption = False,
) -> None:
    """Time a model on this machine under each runtime: alone, and a detector with our whole way around it too.

    The runtime that brings the most pictures per second through a detector is remembered for `--runtime auto`.
    """
    file = model or shipped("detector")
    card = card_of(file)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("timing", total=1.0)
        found = time_model(file, card, seconds, show=lambda share: progress.update(task, completed=share))
    document = telling.bench_document(card.name, found)
    document["remembered"] = str(remember(read_model_file(file).sha256, found.fastest)) if found.fastest else None
    if as_json:
        telling.print_json(document)
    else:
        telling.print_bench(document)


def _size_px(text: str) -> tuple[int, int]:
    """(width, height) from 640x384."""
    found = re.fullmatch(r"(\d{2,4})\s*[x×]\s*(\d{2,4})", text.strip())
    if found is None:
        raise RegistryError(f"--input: wanted WIDTHxHEIGHT in pixels, for example 640x384, found {text!r}")
    return int(found[1]), int(found[2])


def _meanings(entries: list[str] | None) -> dict[str, Meaning]:
    """From name=kind, each name once."""
    meanings: dict[str, Meaning] = {}
    for entry in entries or []:
        name, _, kind = entry.rpartition("=")
        if not name or kind not in MEANINGS or name in meanings:
            raise RegistryError(
                f"--meaning: wanted NAME=KIND, each name once, KIND of {', '.join(MEANINGS)}: {entry!r}"
            )
        meanings[name] = cast(Meaning, kind)
    return meanings


if __name__ == "__main__":
    app()
