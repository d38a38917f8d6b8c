import json

from edge.cli.progress import shown


def test_another_program_is_told_the_progress_in_json_lines_when_it_asks(monkeypatch, capsys):
    monkeypatch.setenv("NGATU_PROGRESS", "json")
    with shown(range(5), "counting", 5) as items:
        assert list(items) == [0, 1, 2, 3, 4]
    told = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert told[0] == {"done": 1, "total": 5}


def test_nothing_is_shown_where_nobody_watches(monkeypatch, capsys):
    monkeypatch.delenv("NGATU_PROGRESS", raising=False)
    with shown(range(3), "counting", None) as items:
        assert len(list(items)) == 3
    assert capsys.readouterr() == ("", "")
