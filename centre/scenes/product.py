"""`ngatu` as another process: the centre asks the agent's own commands, and a picture that breaks a decoder breaks only
that process."""

import os
import subprocess
import sys
from collections.abc import Sequence

from centre.errors import CentreError

NGATU = (sys.executable, "-m", "edge.cli.main")
# No camera has more; a small file that unpacks into more is a bomb.
MOST_PIXELS = 50_000_000
LONGEST_SENTENCE = 500


class ProductError(CentreError):
    """The command could not do it; the sentence is its own."""


def environment() -> dict[str, str]:
    return os.environ | {
        "OPENCV_IO_MAX_IMAGE_PIXELS": str(MOST_PIXELS),
        "NGATU_PROGRESS": "json",
        "PYTHONUNBUFFERED": "1",
        "NO_COLOR": "1",
    }


def run(arguments: Sequence[str], timeout_s: float) -> str:
    """Its stdout. Raises ProductError with its last sentence, also where it took longer."""
    try:
        done = subprocess.run(  # noqa: S603 — our own command, on files that we named ourselves
            [*NGATU, *arguments], capture_output=True, text=True, timeout=timeout_s, env=environment(), check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ProductError(f"ngatu {arguments[0]}: wanted an answer within {timeout_s:g} s, found none") from error
    if done.returncode != 0:
        raise ProductError(last_sentence(done.stderr) or f"ngatu {arguments[0]} ended with code {done.returncode}")
    return done.stdout


def last_sentence(stderr: str) -> str:
    """What a command said at its end, without its own name in front."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip() and not line.startswith("{")]
    return lines[-1].removeprefix("ngatu:").strip()[:LONGEST_SENTENCE] if lines else ""
