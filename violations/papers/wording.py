"""The sentences of law that papers and citizen pages print: editable data with source and certainty."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

from violations.errors import LawError
from violations.law.dated import Certainty, LawFile, Written, read_law_file
from vision.events.bodies import Name
from vision.geometry.marked_yaml import Loc


class Sentence(Written):
    """since: the first day it may be printed."""

    name: Name
    vi: str
    en: str
    source: str
    certainty: Certainty
    since: date

    def said(self, language: str) -> str:
        """In `vi` or `en`."""
        return self.vi if language == "vi" else self.en


class Wording(LawFile):
    sentences: tuple[Sentence, ...]

    def named(self, name: str) -> Sentence:
        """Raises LawError for a name that is not held."""
        for sentence in self.sentences:
            if sentence.name == name:
                return sentence
        raise LawError(f"sentence {name}: wanted one of {', '.join(one.name for one in self.sentences)}")

    def problems(self) -> Iterator[tuple[Loc, str]]:
        for name, times in Counter(one.name for one in self.sentences).items():
            if times > 1:
                yield ("sentences",), f"sentence {name}: wanted once, found {times} times"


@cache
def shipped_wording() -> Wording:
    """The one beside this file, read once."""
    with resources.as_file(resources.files("violations.papers") / "wording.yaml") as path:
        return load_wording(path)


def load_wording(path: Path) -> Wording:
    """Raises LawFileError with every mistake and its line."""
    return read_law_file(path, Wording)
