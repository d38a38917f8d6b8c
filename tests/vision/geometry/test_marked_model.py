"""One reader for every YAML file that people write: a model, or the caller's own error with each line that is wrong."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict

from vision.errors import FileAndLineError
from vision.geometry.marked_model import read_model


class Plan(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int
    names: tuple[str, ...] = ()


class PlanError(FileAndLineError):
    pass


def written(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "plan.yaml"
    file.write_text(text, "utf-8")
    return file


def test_a_right_file_is_its_model_and_tells_its_lines(tmp_path: Path) -> None:
    plan, document = read_model(written(tmp_path, "version: 1\nnames:\n  - bắc\n"), Plan, PlanError)
    assert plan == Plan(version=1, names=("bắc",))
    assert document.line_of(("names", 0)) == 3


def test_every_problem_is_told_in_order_of_line(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as wrong:
        read_model(written(tmp_path, "version: one\nnames: [3]\nnmaes: []\n"), Plan, PlanError)
    assert [line for line, _ in wrong.value.problems] == [1, 2, 3]
    assert "wanted a whole number, found 'one'" in wrong.value.problems[0][1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "wanted keys and values such as 'version: 1', found nothing"),
        ("- 1\n", "found a list of 1"),
        ("a: [", "YAML"),
    ],
)
def test_what_holds_no_keys_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(PlanError, match=said):
        read_model(written(tmp_path, text), Plan, PlanError)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"none\.yaml: wanted a file, found nothing of that name"):
        read_model(tmp_path / "none.yaml", Plan, PlanError)
