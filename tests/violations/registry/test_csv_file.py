"""A file of vehicles is taken whole or not at all, and every mistake has its line."""

from datetime import date

import pytest
from typer.testing import CliRunner

from violations.registry.cli import app
from violations.registry.csv_file import read_vehicles
from violations.registry.errors import RegistryFileError
from violations.registry.table import TableRegistry
from violations.store.database import open_database

HEAD = "plate,ground,kind,owner,address,registered_on,inspected_until\n"
GOOD = "29A-123.45,white,car,Nguyễn Thị Ánh,Phố Huế,2020-05-01,2027-01-31\n"


@pytest.fixture
def write(tmp_path):
    def write(text, name="vehicles.csv", encoding="utf-8"):
        file = tmp_path / name
        file.write_bytes(text.encode(encoding))
        return file

    return write


def test_vehicles_are_read_with_their_days_and_letters(write):
    (vehicle,) = read_vehicles(write(HEAD + GOOD))
    assert (vehicle.owner, vehicle.kind, vehicle.registered_on) == ("Nguyễn Thị Ánh", "car", date(2020, 5, 1))


@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_semicolons_a_mark_of_utf8_and_absent_columns_are_no_trouble(bom, write):
    (vehicle,) = read_vehicles(write(f"{bom}plate;ground;kind;owner\n\n29-B1 123.45;white;motorbike;Trần Văn Đạt\n"))
    assert (vehicle.plate, vehicle.inspected_until) == ("29-B1 123.45", None)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "found an empty file"),
        (HEAD, 2, "at least one vehicle"),
        ("plate,ground,kind\n", 1, "needed: plate, ground, kind, owner"),
        ("plate,ground,kind,owner,colour\n", 1, "found plate, ground, kind, owner, colour"),
        (HEAD + GOOD + GOOD.replace("white", "green"), 3, "ground: 'green' is not allowed here"),
        (HEAD + GOOD.replace("car", "tank"), 2, "kind: 'tank' is not allowed here"),
        (HEAD + GOOD.replace("2020-05-01", "01/05/2020"), 2, "registered_on"),
        (HEAD + GOOD.replace("Nguyễn Thị Ánh", " "), 2, "the key 'owner' is missing"),
        (HEAD + GOOD + GOOD.replace("29A-123.45", "29a 12345"), 3, "in line 2 too"),
        (HEAD + GOOD + "29A,white\n", 3, "wanted 7 fields, found 2"),
        (HEAD + GOOD + '"29A', 3, "wanted a line of CSV"),
        (HEAD + GOOD.replace("29A-123.45", "----"), 2, "letters and digits, found '----'"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_the_wanted_and_the_found(text, line, words, *, write):
    with pytest.raises(RegistryFileError) as caught:
        read_vehicles(write(text))
    assert caught.value.line == line
    assert words in str(caught.value)


def test_every_wrong_line_is_named(write):
    bad = GOOD.replace("white", "green")
    with pytest.raises(RegistryFileError) as caught:
        read_vehicles(write(HEAD + bad + GOOD + bad))
    assert [line for line, _ in caught.value.problems] == [2, 4]


def test_a_file_of_another_encoding_and_one_that_is_not_there(write, tmp_path):
    with pytest.raises(RegistryFileError, match="wanted UTF-8"):
        read_vehicles(write(HEAD + GOOD, encoding="utf-16"))
    with pytest.raises(RegistryFileError, match="No such file"):
        read_vehicles(tmp_path / "none.csv")


def test_the_command_takes_all_or_nothing(write, tmp_path):
    url = f"sqlite:///{tmp_path / 'centre.db'}"

    def run(file, *options):
        return CliRunner().invoke(app, ["registry", "import", str(file), "--db", url, *options])

    assert run(write(HEAD + GOOD)).stdout.startswith("1 vehicles taken")
    wrong = run(write(HEAD + GOOD.replace("29A", "30A") + GOOD.replace("white", "green"), "wrong.csv"))
    assert (wrong.exit_code, type(wrong.exception)) == (1, RegistryFileError)
    assert run(write(HEAD + GOOD.replace("29A", "31A"), "more.csv"), "--json").stdout.startswith('{"vehicles": 1')
    engine = open_database(url)
    registry = TableRegistry(engine)
    found = [registry.find(f"{number}A12345", "white", 1) is not None for number in (29, 30, 31)]
    assert found == [True, False, True]
    run(write(HEAD + GOOD.replace("29A", "32A"), "new.csv"), "--replace")
    assert [registry.find(f"{number}A12345", "white", 1) is not None for number in (29, 32)] == [False, True]
    engine.dispose()


def test_a_file_without_ends_of_lines_is_refused_without_being_read_whole(write, tmp_path):
    file = tmp_path / "endless.csv"
    with file.open("wb") as out:
        out.write(HEAD.encode())
        out.truncate(200 << 20)
    with pytest.raises(RegistryFileError, match="2: wanted at most 10000 characters in a line, found more"):
        read_vehicles(file)


def test_a_first_line_of_names_that_never_ends_is_refused(write):
    with pytest.raises(RegistryFileError, match="wanted at most 10000 characters in a line"):
        read_vehicles(write("plate," * 5_000))


def test_a_quoted_field_that_swallows_the_file_is_refused(write):
    text = HEAD + '"29A\n' + GOOD * 3_000
    with pytest.raises(RegistryFileError, match="wanted a line of CSV, found: field larger than field limit"):
        read_vehicles(write(text))


def test_a_file_of_absurd_size_is_refused_unread(tmp_path):
    file = tmp_path / "absurd.csv"
    with file.open("wb") as out:
        out.truncate(5 << 30)
    with pytest.raises(RegistryFileError, match="wanted at most 1073741824 bytes, found 5368709120"):
        read_vehicles(file)


def test_more_vehicles_than_memory_allows_are_refused(write, monkeypatch):
    monkeypatch.setattr("violations.registry.csv_file.MOST_VEHICLES", 3)
    rows = [GOOD.replace("123.45", f"123.{number}") for number in range(10, 20)]
    with pytest.raises(RegistryFileError, match="wanted at most 3 vehicles in one file, found more"):
        read_vehicles(write(HEAD + "".join(rows)))


def test_of_a_file_that_is_wrong_throughout_no_more_is_read_than_is_told(write):
    with pytest.raises(RegistryFileError) as caught:
        read_vehicles(write(HEAD + GOOD.replace("car", "tank") * 5_000))
    assert str(caught.value).count("tank") <= 20
