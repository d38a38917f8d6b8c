"""What `signals` says to people: English, with the Vietnamese of `signals/texts/vi.yaml` (vision/sentences.py)."""

import os

from vision.sentences import VIETNAMESE, Sayer

said = Sayer("signals")


def language_of_user() -> str:
    """That of the terminal (LC_ALL, LC_MESSAGES, LANG): `vi` where it says so, else `en`."""
    named = next((found for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (found := os.environ.get(name))), "")
    return VIETNAMESE if named.lower().startswith(VIETNAMESE) else "en"
