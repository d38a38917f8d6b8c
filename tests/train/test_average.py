"""The mean of several runs' checkpoints."""

import pytest
import torch


def checkpoint(file, value, *, shape=(2,), step=5):
    weights = {"layer": torch.full(shape, value), "seen": torch.tensor(step)}
    torch.save({"network": weights, "average": weights, "step": step}, file)
    return file


@pytest.fixture
def two(tmp_path):
    return checkpoint(tmp_path / "a.pt", 1.0), checkpoint(tmp_path / "b.pt", 4.0, step=9)


def test_floats_are_averaged_and_the_rest_is_the_firsts(trainer, two, tmp_path):
    trainer("average", *two, "--out", tmp_path / "mean.pt")
    state = torch.load(tmp_path / "mean.pt", weights_only=True)
    assert state["average"]["layer"].tolist() == [2.5, 2.5]
    assert (int(state["average"]["seen"]), state["step"]) == (5, 5)


def test_what_cannot_be_averaged_is_refused_and_nothing_is_written(trainer, two, tmp_path):
    other, torn = checkpoint(tmp_path / "c.pt", 1.0, shape=(3,)), tmp_path / "d.pt"
    torn.write_bytes(b"torn")
    for files, sentence in (
        ((two[0],), "wanted two checkpoints or more, found 1"),
        ((two[0], other), "found one of another shape"),
        ((two[0], torn), "wanted a trainer's checkpoint"),
        ((two[0], tmp_path / "nowhere.pt"), "wanted a trainer's checkpoint"),
    ):
        answer = trainer("average", *files, "--out", tmp_path / "mean.pt", code=2)
        assert sentence in answer.err
    assert not (tmp_path / "mean.pt").exists()
