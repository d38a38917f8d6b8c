import pytest

from benchmarks.errors import BenchmarkError
from benchmarks.report import circumstances, table, write_section


def test_a_section_is_replaced_and_the_rest_stays(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- a: begin -->\nold\n<!-- a: end -->\nafter\n", "utf-8")
    write_section("a", "new", page)
    assert page.read_text("utf-8") == "before\n<!-- a: begin -->\nnew\n<!-- a: end -->\nafter\n"


def test_a_page_without_the_marks_is_refused_and_left_alone(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("nothing\n", "utf-8")
    with pytest.raises(BenchmarkError, match="a: begin"):
        write_section("a", "new", page)
    assert page.read_text("utf-8") == "nothing\n"


def test_a_table_is_markdown():
    assert table(["x", "y"], [[1, "b"]]) == "| x | y |\n| --- | --- |\n| 1 | b |"


def test_circumstances_name_machine_and_commit():
    made = circumstances()
    assert made.machine
    assert made.commit
    assert made.date[:2] == "20"
