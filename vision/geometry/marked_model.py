"""One way to read a YAML file that people write: into a checked model, or one error with every line that is wrong."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from vision.errors import SceneError
from vision.geometry.marked_yaml import Loc, MarkedDocument, read_marked
from vision.geometry.sentences import said
from vision.geometry.wording import shown, word

Model = TypeVar("Model", bound=BaseModel)


def read_model(
    file: Path,
    model: type[Model],
    error: Callable[[Path, int, str, Sequence[tuple[int, str]]], Exception],
    *,
    example: str = "version: 1",
    place: Callable[[Loc], Loc] = tuple,
    may_be_empty: bool = False,
) -> tuple[Model, MarkedDocument]:
    """The file as `model`, and the document that knows the line of each part.

    error: of the caller's own kind, made of file, line, problem, and the other (line, problem) pairs.
    example: a key and a value that the file may hold. place: turns pydantic's place of a fault into one of the file.
    Raises `error`, with every problem found in order of line.
    """
    if not file.is_file():
        found = said("a folder") if file.is_dir() else said("nothing of that name")
        raise error(file, 0, said("wanted a file, found {found}", found=found), ())
    try:
        document = read_marked(file)
    except SceneError as wrong:  # the reader is the scenes', its sentences fit any file
        raise error(file, wrong.line, wrong.problem, wrong.problems[1:]) from wrong
    value = {} if document.value is None and may_be_empty else document.value
    if not isinstance(value, dict):
        raise error(
            file,
            1,
            said("wanted keys and values such as '{example}', found {found}", example=example, found=shown(value)),
            (),
        )
    problems = [(problem.line, problem.text) for problem in document.problems]
    try:
        read = model.model_validate(value)
    except ValidationError as wrong:
        problems += [(document.line_of(place(each["loc"])), word(model, each)) for each in wrong.errors()]
    if problems:
        (line, text), *others = sorted(set(problems))
        raise error(file, line, text, others)
    return read, document
