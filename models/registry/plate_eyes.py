"""Opens the two networks that find and read number plates: the shipped ones, or those that were named."""

from pathlib import Path

from models.registry.advice import card_path
from models.registry.shipped import shipped
from vision.detect.card_file import load_card
from vision.detect.model_file import read_model_file
from vision.detect.runtime import Runtime
from vision.plates.card import PlateReaderCard
from vision.plates.finder import PlateFinder
from vision.plates.finder_card import FinderCard
from vision.plates.reader import PlateReader
from vision.plates.track_plate import PlateEyes


def open_plate_eyes(
    finder: Path | None = None, reader: Path | None = None, runtime: Runtime | None = None, threads: int = 1
) -> PlateEyes:
    """None: the one that ships. Raise ModelError where a file or its card cannot be used."""
    finds, reads = open_plate_networks(finder, reader, runtime, threads)
    return PlateEyes(finds, reads)


def open_plate_networks(
    finder: Path | None = None, reader: Path | None = None, runtime: Runtime | None = None, threads: int = 1
) -> tuple[PlateFinder, PlateReader]:
    """As `open_plate_eyes`, the networks alone."""
    finder_file, reader_file = finder or shipped("plate-finder"), reader or shipped("plate-reader")
    for file in (finder_file, reader_file):
        read_model_file(file)  # before its card: of a file that is not there, the file is what is missing
    finds = PlateFinder.open(finder_file, load_card(card_path(finder_file), FinderCard), runtime, threads)
    return finds, PlateReader.open(reader_file, load_card(card_path(reader_file), PlateReaderCard), runtime, threads)
