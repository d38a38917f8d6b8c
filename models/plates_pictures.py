"""The pictures a user names: files and folders in, decoded pictures or plain sentences of what is wrong out."""

import re
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from vision.arrays import U8
from vision.errors import SourceError

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp")


def named_pictures(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Every file named, those of a folder in natural order, each once; and what is wrong with the rest."""
    files: list[Path] = []
    problems: list[str] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted((file for file in path.iterdir() if _is_picture(file)), key=_natural)
        if not inside:
            problems.append(f"{path}: wanted a folder with pictures ({', '.join(SUFFIXES)}), found none in it")
        files += inside
    return list(dict.fromkeys(files)), problems


def load_picture(file: Path) -> U8:
    """(height, width, 3) BGR as a viewer sees it; grey pictures get three channels. SourceError says what is wrong."""
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise SourceError(f"{file}: wanted a picture or a folder of pictures, found nothing of that name") from error
    except OSError as error:
        raise SourceError(f"{file}: the picture cannot be read: {error.strerror}") from error
    if not content:
        raise SourceError(f"{file}: wanted a picture, found an empty file")
    if not _is_whole(content):
        raise SourceError(f"{file}: wanted a whole picture, found one that is cut off")
    try:
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        image = None
    if image is None:
        raise SourceError(f"{file}: wanted a picture, found {len(content)} bytes of something else, or a damaged one")
    return np.asarray(image, np.uint8)


def _is_picture(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file()


def _natural(file: Path) -> list[tuple[int, str]]:
    """Digits compare as numbers, the rest as text without case."""
    return [(int(run), "") if run.isdecimal() else (-1, run.lower()) for run in re.split(r"(\d+)", file.name)]


def _is_whole(content: bytes) -> bool:
    """OpenCV fills the missing part of a cut picture with grey, so look for the end mark after the last scan."""
    if content.startswith(b"\xff\xd8"):
        return content.rfind(b"\xff\xd9") > content.rfind(b"\xff\xda")
    return b"IEND" in content[-64:] or not content.startswith(b"\x89PNG")
