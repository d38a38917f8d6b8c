"""The agent's proof of who it is: the token that `ngatu devices add` printed at the centre."""

import os
import stat
from pathlib import Path

from edge.errors import UplinkError

VARIABLE = "NGATU_TOKEN"
FILE = "centre.token"
LONGEST = 500


def token_in(folder: Path) -> str | None:
    """From the environment, else from FILE in the agent's data folder; None where neither is there.

    Raises UplinkError for a file that others can read, or that holds anything but one word.
    """
    given = os.environ.get(VARIABLE, "").strip()
    if given:
        return _checked(given, VARIABLE)
    path = folder / FILE
    try:
        with path.open(encoding="ascii") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            content = file.read(LONGEST + 2).strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UplinkError(f"token {path}: wanted a file I can read, found: {error}") from error
    if mode & 0o077:
        raise UplinkError(f"token {path}: wanted a file for its owner alone (0600), found {mode:04o}; chmod 600 it")
    return _checked(content, str(path))


def _checked(token: str, where: str) -> str:
    if not token.isascii() or not token.isprintable() or " " in token or not 0 < len(token) <= LONGEST:
        raise UplinkError(f"token {where}: wanted the one line that ngatu devices add printed, found something else")
    return token
