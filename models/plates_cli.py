"""The command `ngatu plates read`: pictures go in, number plates with what stands on them come out."""

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
from models.registry.advice import card_path
from models.registry.resolve import resolve_model
from models.registry.shipped import shipped
from vision.arrays import U8
from vision.detect.card_file import load_card
from vision.detect.detector import Detector
from vision.detect.model_file import read_model_file
from vision.errors import SourceError, VisionError
from vision.plates.card import PlateReaderCard
from vision.plates.finder import PlateFinder
from vision.plates.finder_card import FinderCard
from vision.plates.found import PlateFound, read_crop, read_plates
from vision.plates.reader import PlateReader

BAD_INPUT = 2


class Commands(TyperGroup):
    """A fault that ends the command is one sentence and exit code 2, here as in the whole of `ngatu`."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (ModelsError, VisionError) as error:
            fail(str(error))
            raise typer.Exit(BAD_INPUT) from error


plates_app = typer.Typer(cls=Commands, no_args_is_help=True, help="Find and read number plates in pictures.")
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(plates_app, name="plates")

Look = Callable[[U8], Sequence[PlateFound]]


@plates_app.callback()
def _plates() -> None:
    """Find and read number plates in pictures."""


@plates_app.command("read")
def read(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH…", help="Pictures, or folders of pictures.")],
    *,
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

    Exit code 2 when something named is no picture that can be read; the others are read all the same.
    """
    if pictures is not None:
        _make_folder(pictures)
    account = Account()
    files, account.problems = named_pictures(paths)
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
    finder_file, reader_file = finder or shipped("plate-finder"), reader or shipped("plate-reader")
    for file in (finder_file, reader_file):
        read_model_file(file)  # before its card: of a file that is not there, the file is what is missing
    finds = PlateFinder.open(finder_file, load_card(card_path(finder_file), FinderCard), threads=threads)
    reads = PlateReader.open(reader_file, load_card(card_path(reader_file), PlateReaderCard), threads=threads)
    if crops:
        return lambda image: [read_crop(image, finds, reads)]
    resolved = resolve_model(model)
    detector = Detector.open(resolved.file, resolved.card, threads=threads)
    return lambda image: read_plates(image, detector.detect([image])[0], finds, reads)


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
