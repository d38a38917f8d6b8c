"""What `ngatu plates read --video` says: a document for --json, a table for people, a picture of each plate."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rich.console import Console
from rich.table import Table
from rich.text import Text

from models.errors import ModelsError
from models.plates_telling import ABSTAINED_BGR, READ_BGR, warn
from models.plates_video import TrackRead, VideoAccount
from vision.arrays import U8
from vision.plates.shots import Shot
from vision.plates.texts import Language, sentence
from vision.plates.voted import VotedCharacter, VotedPlate

ENLARGED_PX = 320
LANGUAGES: tuple[Language, ...] = ("vi", "en")


def write_pictures(folder: Path, account: VideoAccount) -> None:
    """`folder`/track-N.jpg of each that shows a plate. ModelsError where it cannot be written."""
    for one in account.tracks:
        if one.shown is None:
            continue
        file = folder / f"track-{one.track:03d}-{one.since_s:07.2f}s.jpg"
        code = cv2.imencode(".jpg", _picture(one.plate, one.shown), [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
        try:
            file.write_bytes(code.tobytes())
        except OSError as error:
            raise ModelsError(f"--pictures: {file} cannot be written: {error}") from error


def print_video(account: VideoAccount, as_json: bool) -> None:
    """Plates on stdout, what could not be used on stderr."""
    for problem in account.problems:
        warn(problem)
    if as_json:
        print(json.dumps(document(account), ensure_ascii=False))
        return
    Console().print(_table(account), highlight=False)
    Console(stderr=True).print(Text(account.sentence()), highlight=False)


def _table(account: VideoAccount) -> Table:
    """Without the corners and single views, which --json tells: the text must fit a narrow terminal."""
    table = Table("track", "vehicle", "seconds", "plate", "sure %", "ground", "views", "said")
    for one in account.tracks:
        plate = one.plate
        table.add_row(
            str(one.track),
            one.kind,
            f"{one.since_s:.1f}-{one.until_s:.1f}",
            " ".join(plate.rows) or "-",
            f"{100 * plate.certainty:.0f}",
            str(plate.ground or "-"),
            str(len(plate.shots)),
            _said(plate),
        )
    return table


def _said(plate: VotedPlate) -> str:
    if plate.why_abstained is None:
        return "read"
    others = ", ".join(one.text for one in plate.alternatives[1:3])
    return f"abstained: {plate.why_abstained}" + (f"; or {others}" if others else "")


def document(account: VideoAccount) -> dict[str, Any]:
    return {
        "video": account.video,
        "frames": account.frames,
        "tracks": [_track(one) for one in account.tracks],
        "problems": account.problems,
    }


def _track(one: TrackRead) -> dict[str, Any]:
    """An abstained plate keeps its alternatives: what the views proposed, not what it stands for."""
    plate = one.plate
    return {
        "track": one.track,
        "vehicle": one.kind,
        "since_s": round(one.since_s, 3),
        "until_s": round(one.until_s, 3),
        "text": plate.text,
        "rows": list(plate.rows) if plate.text is not None else None,
        "lines": plate.lines,
        "certainty": round(plate.certainty, 4),
        "ground": plate.ground,
        "formats": list(plate.formats),
        "why_abstained": plate.why_abstained,
        "why": None
        if plate.why_abstained is None
        else {language: sentence(plate.why_abstained, language) for language in LANGUAGES},
        "characters": [
            {"character": each.character, "confidence": round(each.confidence, 4), "alternatives": _rounded(each)}
            for each in plate.characters
        ],
        "alternatives": [
            {"text": each.text, "rows": list(each.rows), "confidence": round(each.confidence, 4)}
            for each in plate.alternatives
        ],
        "shots": [
            {
                "frame": shot.frame,
                "media_s": round(shot.media_s, 3),
                "quad_px": [[round(x, 2), round(y, 2)] for x, y in shot.quad_px],
                "text": shot.text,
                "certainty": round(shot.certainty, 4),
                "given": shot.given,
            }
            for shot in plate.shots
        ],
        "rejected": {str(why): number for why, number in plate.rejected},
    }


def _rounded(character: VotedCharacter) -> list[list[str | float]]:
    return [[other, round(confidence, 4)] for other, confidence in character.alternatives]


def _picture(plate: VotedPlate, shot: Shot) -> U8:
    """The view with the plate's corners and text drawn in, about ENLARGED_PX wide or wider."""
    times = max(1, -(-ENLARGED_PX // shot.crop.shape[1]))
    drawn = cv2.resize(shot.crop, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    colour = READ_BGR if plate.text is not None else ABSTAINED_BGR
    corners = np.array([one.quad_px for one in plate.shots if one.frame == shot.frame], np.float32)
    points = (corners - np.array(shot.rect_px[:2], np.float32)) * times
    cv2.polylines(drawn, np.round(points).astype(np.int32), True, colour, 1, cv2.LINE_AA)
    word = f"{' '.join(plate.rows)}{'' if plate.text is not None else ' ?'}"
    for shade, width in (((0, 0, 0), 4), (colour, 1)):
        cv2.putText(drawn, word, (4, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.7, shade, width, cv2.LINE_AA)
    return np.asarray(drawn, np.uint8)
