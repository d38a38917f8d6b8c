"""`ngatu signals import` and `fixed`: a SUMO net becomes libraries of plans without anything written by hand."""

import subprocess
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from signals.cli import app
from signals.errors import DemandError
from signals.library.files import load_library
from signals.library.from_net import safe_names
from signals.sumo.junctions import import_junctions
from signals.sumo.net import read_net
from signals.sumo.simulate import find_sumo
from signals.sumo.stages import MOST_STAGES, _largest
from signals.sumo.turn_file import counted_turns, read_turns

TURNS = """\
from,to,begin_s,end_s,vehicles,pcu
Nin,Sout,0,900,60,1
Nin,Sout,900,1800,90,1
Nin,Eout,0,900,20,1
Sin,Nout,0,1800,240,0.4
Ein,Wout,0,1800,160,
"""


def ngatu(*words, lang="en"):
    return CliRunner(env={"LC_ALL": lang}).invoke(app, ["signals", *map(str, words)])


@pytest.fixture(scope="module")
def nets(tmp_path_factory):
    """Odd nets that nobody made for us. SUMO is a test package: where it is missing this fails."""
    sumo = find_sumo()
    folder = tmp_path_factory.mktemp("nets")

    def make(*options):
        file = folder / "odd.net.xml"
        command = [sumo.program("netgenerate"), "-o", file, "--default-junction-type", "traffic_light", *options]
        subprocess.run(list(map(str, command)), check=True, capture_output=True)
        return file

    return make


GRID = ("--grid", "--grid.number", "2", "--grid.attach-length", "80")


@pytest.mark.parametrize(
    "options",
    [
        (*GRID, "--default.lanenumber", "2", "--turn-lanes", "1"),
        (*GRID, "--lefthand"),
        (*GRID, "--no-internal-links"),
        (*GRID, "--default.sidewalk-width", "2", "--sidewalks.guess", "--crossings.guess", "--walkingareas"),
        (*GRID, "--tls.default-type", "actuated", "--tls.layout", "incoming"),
        (*GRID, "--tls.join", "--grid.length", "20"),
        ("--spider", "--spider.arm-number", "5", "--spider.circle-number", "1"),
        ("--rand", "--rand.iterations", "12", "--seed", "9", "--random-lanenumber", "--default.lanenumber", "3"),
    ],
    ids=["turn lanes", "left hand", "no internal lanes", "crossings", "actuated", "joined", "spider", "random"],
)
def test_every_signal_of_an_odd_net_becomes_a_library_that_loads(nets, tmp_path, options):
    net = nets(*options)
    done = ngatu("import", net, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    files = list((tmp_path / "out").glob("*.yaml"))
    assert len(files) == len(import_junctions(net)) > 0
    for file in files:
        load_library(file)


def test_many_junctions_behind_one_signal_are_imported_in_good_time():
    """36 movements in 9 groups that never meet would have 2^18 largest sets."""
    foes = np.kron(np.eye(9, dtype=bool), np.kron(np.array([[0, 1], [1, 0]], bool), np.ones((2, 2), bool)))
    sets = list(_largest(~foes))
    assert set().union(*sets) == set(range(36))
    assert len(sets) < 500 > MOST_STAGES
    assert not any(foes[np.ix_(sorted(each), sorted(each))].any() for each in sets)


def test_plans_from_turning_counts_may_skip_stages_and_come_with_programs_for_sumo(write_net, tmp_path):
    turns = tmp_path / "turns.csv"
    turns.write_text(TURNS)
    done = ngatu("fixed", write_net(), "--turns", turns, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    described, library = load_library(tmp_path / "out" / "C.yaml")
    order = described.plans["fixed"].order
    assert order is not None and len(order) < len(described.junction.stages)
    assert [stage.stage for stage in library.plans["fixed"].stages] == list(order)
    assert (tmp_path / "out" / "fixed.add.xml").is_file()


def test_counts_keep_their_hours_units_and_who_goes_on(write_net, tmp_path):
    file, net = tmp_path / "turns.csv", read_net(write_net())
    file.write_text(TURNS)
    counted = counted_turns(read_turns(file), net, file)
    straight = np.array(counted.turns["C", "Nin", "Sout"])
    assert [(straight < 900).sum(), (straight >= 900).sum()] == [60, 90]
    assert counted.roads["Nin"] == 170
    assert counted.units["C"] == pytest.approx((330 + 240 * 0.4) / 570)
    assert not counted.onward, "there is no other signal"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (("from,to", "road,to"), "wanted the columns from, to, begin_s, end_s, vehicles, found road, to"),
        (("Nin,Sout,0,900,60", "Nin,Sout,900,0,60"), "line 2: wanted an end after the begin"),
        (("900,1800,90", "900,1800,many"), "line 3: vehicles: wanted a number, found 'many'"),
        (("900,1800,90", "900,1800,nan"), "line 3: vehicles: wanted a number of 0 or more, found nan"),
        (("900,1800,90", "900,1800,1.5"), "line 3: vehicles: wanted a whole number up to 1000000, found 1.5"),
        (("240,0.4", "240,0"), "line 5: pcu: wanted a number above 0, found 0"),
        (("Nin,Eout", "Nin,Nout"), "line 4: no signal of the net lets anybody turn from Nin to Nout"),
        (("Ein,Wout", "Xin,Wout"), "line 6: the net has no road Xin that leads to a signal"),
    ],
)
def test_wrong_turning_counts_are_named_with_their_line(write_net, tmp_path, change, sentence):
    file = tmp_path / "turns.csv"
    assert change[0] in TURNS
    file.write_text(TURNS.replace(*change))
    with pytest.raises(DemandError) as refused:
        counted_turns(read_turns(file), read_net(write_net()), file)
    assert sentence in str(refused.value)


@pytest.mark.parametrize("what", ["nothing", "folder", "empty", "bytes", "words", "no signals", "no such signal"])
def test_what_is_no_net_with_signals_is_one_sentence_in_either_language_and_nothing_is_written(
    write_net, tmp_path, what
):
    file, out, more = tmp_path / "net", tmp_path / "out", ()
    match what:
        case "folder":
            file.mkdir()
        case "empty":
            file.write_bytes(b"")
        case "bytes":
            file.write_bytes(bytes(range(256)))
        case "words":
            file.write_text("a: net")
        case "no signals":
            file = write_net(signals=False)
        case "no such signal":
            file, more = write_net(), ("--signal", "Z")
    for lang, word in (("en", "ngatu signals import: "), ("vi_VN.UTF-8", "hông ")):
        done = ngatu("import", file, "--out", out, *more, lang=lang)
        assert (done.exit_code, out.exists()) == (2, False)
        assert word in done.stderr and file.name in done.stderr and "Traceback" not in done.output


def test_a_place_that_is_taken_is_left_alone(write_net, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = ngatu("import", write_net(), "--out", tmp_path)
    assert done.exit_code == 2
    assert "new or empty folder" in done.stderr
    assert {one.name for one in tmp_path.iterdir()} == {"mine.txt", Path(write_net()).name}


def test_names_of_nets_become_names_of_ours_and_stay_apart():
    found = safe_names([":J0_c1", "J0_c1", "-12#3.s/2", "đường.s"])
    assert found == {":J0_c1": "J0_c1", "J0_c1": "J0_c1_2", "-12#3.s/2": "-12_3.s_2", "đường.s": "đường.s"}
