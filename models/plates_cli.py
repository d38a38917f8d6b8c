"""The command `ngatu plates read`: pictures or a recording go in, number plates come out."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from typer.core import TyperGroup

from models.errors import ModelsError
from models.plates_pictures import load_picture, named_pictures
from models.plates_telling import Account, Looked, fail, print_account, write_annotated
from models.plates_video import read_video
from models.plates_video_telling import print_video, write_pictures
from models.registry.plate_eyes import open_plate_eyes, open_plate_networks
from models.registry.resolve import resolve_model
from vision.arrays import U8
from vision.detect.detector import Detector
from vision.errors import SourceError, VisionError
from vision.plates.found import PlateFound, read_crop, read_plates

BAD_INPUT = 2


class Commands(TyperGroup):
    """A fault that ends the command is one sentence and exit code 2, here as in the whole of `ngatu`."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (ModelsError, VisionError) as error:
            fail(str(error))
            raise typer.Exit(BAD_INPUT) from error


plates_app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="Find and read number plates in pictures and recordings."
)
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(plates_app, name="plates")

Look = Callable[[U8], Sequence[PlateFound]]


@plates_app.callback()
def _plates() -> None:
    """Find and read number plates in pictures and recordings."""


@plates_app.command("read")
def read(
    paths: Annotated[
        list[Path] | None, typer.Argument(metavar="[PATH…]", help="Pictures, or folders of pictures.")
    ] = None,
    *,
    video: Annotated[
        str | None, typer.Option("--video", metavar="CLIP", help="A recording instead: one plate for each vehicle.")
    ] = None,
    crops: Annotated[bool, typer.Option("--crops", help="Each picture shows one plate and little else.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON on stdout and nothing else there.")] = False,
    pictures: Annotated[
        Path | None, typer.Option("--pictures", metavar="DIR", help="Write copies with the plates drawn in.")
    ] = None,
    finder: Annotated[Path | None, typer.Option(help="Plate finder (ONNX); without it the one that ships.")] = None,
    reader: Annotated[Path | None, typer.Option(help="Plate reader (ONNX); without it the one that ships.")] = None,
    model: Annotated[Path | None, typer.Option(help="Vehicle detector; without it the one that ships.")] = None,
    threads: Annotated[int, typer.Option(min=1, help="Processor threads for one picture.")] = 1,
) -> None:
    """Find the plates of each picture and read them; one that cannot be read surely is marked as abstained.

    With --video the vehicles of a recording are followed, and the best views of each vote on its plate.
    Exit code 2 when something named is no picture that can be read; the others are read all the same.
    """
    _check(paths or [], video, crops)
    if pictures is not None:
        _make_folder(pictures)
    if video is not None:
        seen = read_video(video, resolve_model(model), open_plate_eyes(finder, reader), threads)
        if pictures is not None:
            write_pictures(pictures, seen)
        print_video(seen, as_json)
        raise typer.Exit(BAD_INPUT if seen.problems else 0)
    account = Account()
    files, account.problems = named_pictures(paths or [])
    look = _open(finder, reader, model, crops, threads)
    for file in _shown(files):
        _look_at(file, look, pictures, account)
    print_account(account, as_json)
    if account.problems:
        raise typer.Exit(BAD_INPUT)


def _look_at(file: Path, look: Look, pictures: Path | None, account: Account) -> None:
    try:
        image = load_picture(file)
    except SourceError as error:
        account.problems.append(str(error))
        return
    plates = look(image)
    account.looked.append(Looked(file, (image.shape[1], image.shape[0]), plates))
    if pictures is not None:
        write_annotated(pictures, file, image, plates)


def _open(finder: Path | None, reader: Path | None, model: Path | None, crops: bool, threads: int) -> Look:
    """All networks loaded and tried, and what to do with one picture."""
    finds, reads = open_plate_networks(finder, reader, threads=threads)
    if crops:
        return lambda image: [read_crop(image, finds, reads)]
    resolved = resolve_model(model)
    detector = Detector.open(resolved.file, resolved.card, threads=threads)
    return lambda image: read_plates(image, detector.detect([image])[0], finds, reads)


def _check(paths: Sequence[Path], video: str | None, crops: bool) -> None:
    """ModelsError where what is named cannot be meant together."""
    if video is None and not paths:
        raise ModelsError("wanted pictures, folders of pictures, or --video CLIP, found none of them")
    if video is not None and (paths or crops):
        raise ModelsError("--video: wanted the recording alone, found pictures or --crops beside it")


def _make_folder(folder: Path) -> None:
    """ModelsError now rather than after an hour of reading."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelsError(f"--pictures {folder}: wanted a folder to write into: {error.strerror}") from error


def _shown(files: Sequence[Path]) -> Iterable[Path]:
    """Under a progress bar on stderr where there are several and a terminal shows it."""
    console = Console(stderr=True)
    if len(files) < 2:
        return files
    return track(files, "reading plates", console=console, transient=True, disable=not console.is_terminal)


if __name__ == "__main__":
    app()
