"""The helmet reader from its first step to a file the product runs."""

import cv2
import numpy as np
import pytest
import torch
import yaml

from models.datasets.drawn.mesh import Cover
from models.datasets.drawn.truth_file import PictureTruth, TrueHead, TrueVehicle
from models.datasets.heads import read_riders
from models.datasets.labels import ReadReport
from models.train.helmet import drawn_windows, parted
from models.train.helmet_net import COMMON_PX, HEIGHT_PX, STRIDE, WIDTH_PX, HelmetNet, Shipped
from models.train.helmet_paste import patches_of, with_other_heads
from models.train.helmet_samples import plain, varied, windows_of, worn
from models.train.small import parameters
from vision.detect.card_file import load_card
from vision.riders.card import HEAD_STATES, HeadState, HelmetCard
from vision.riders.decode import decode_heads
from vision.riders.helmets import HelmetReader

SMALL = ("--steps", 24, "--batch", 8, "--save-every-s", 0)
NAMES = ["plate", "no_helmet", "helmet", "improper_helmet", "rider_motorbike"]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Riders of two boxes and a ball, each picture of its own ground; one picture damaged."""
    root = tmp_path_factory.mktemp("data")
    folder, rng = root / "helmets/india_rider_helmet", np.random.default_rng(4)
    for split, count in (("train", 12), ("valid", 4)):
        for part in ("images", "labels"):
            (folder / part / split).mkdir(parents=True)
        for number in range(count):
            ground = rng.integers(60, 200, (7, 7, 3)).astype(np.uint8)
            image = cv2.resize(ground, (200, 200), interpolation=cv2.INTER_CUBIC)
            x = int(rng.integers(50, 150))
            cv2.rectangle(image, (x - 20, 60), (x + 20, 160), (120, 60, 40), -1)
            cv2.circle(image, (x, 50), 12, (20, 20, 230) if number % 2 else (60, 90, 150), -1)
            cv2.imwrite(str(folder / f"images/{split}/{number}.jpg"), image)
            rows = f"4 {x / 200} 0.5 0.25 0.65\n{1 + number % 2} {x / 200} 0.25 0.12 0.13"
            (folder / f"labels/{split}/{number}.txt").write_text(rows)
    (folder / "images/train/11.jpg").write_bytes(b"no picture")
    (folder / "data.yaml").write_text(yaml.safe_dump({"names": NAMES}))
    return root


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    """A picture as models.datasets.drawn writes it: one rider with a bare head, another far from it with a helmet."""
    folder = tmp_path_factory.mktemp("drawn")
    for part in ("images/train", "truth"):
        (folder / part).mkdir(parents=True)
    places, covers = (60.0, 220.0), (Cover.NONE, Cover.HELMET)
    truth = PictureTruth(
        picture="1.jpg", width_px=320, height_px=200, plates=(), lamps=(),
        vehicles=tuple(
            TrueVehicle(number=number, kind="motorbike", xyxy_px=(x - 25, 40, x + 25, 160), visible_share=1)
            for number, x in enumerate(places, 1)
        ),
        heads=tuple(
            TrueHead(owner=number, xyxy_px=(x - 9, 42, x + 9, 62), visible_share=1, cover=cover)
            for number, (x, cover) in enumerate(zip(places, covers, strict=True), 1)
        ),
    )  # fmt: skip
    (folder / "truth/1.json").write_text(truth.model_dump_json(), "utf-8")
    cv2.imwrite(str(folder / "images/train/1.jpg"), np.full((200, 320, 3), 90, np.uint8))
    return folder


@pytest.fixture(scope="module")
def run(trainer, data, drawn, tmp_path_factory):
    out = tmp_path_factory.mktemp("run")
    return trainer.cut_and_finished(out, "helmet", "--data", data, "--drawn", drawn, *SMALL)


def test_a_killed_run_goes_on_to_its_end(run):
    assert 0 < run.cut_at < 24
    assert f"goes on from step {run.cut_at} of 24" in run.said
    assert torch.load(run.folder / "last.pt", weights_only=True)["step"] == 24


def test_the_run_leaves_a_reader_the_product_opens(run):
    out = run.folder
    reader = HelmetReader.open(out / "helmet.onnx", load_card(out / "helmet.card.yaml", HelmetCard))
    heads = reader.read(np.full((90, 90, 3), 90, np.uint8), np.array([[5, 5, 45, 80], [200, 5, 240, 80]], np.float32))
    assert len(heads) == 2
    assert heads[1] == []


def test_the_report_names_what_was_left_aside(run):
    page = (run.folder / "report.html").read_text("utf-8")
    assert "unreadable pictures (11.jpg)" in page
    assert "<svg" in page


def test_the_card_names_the_drawn_riders(run):
    card = load_card(run.folder / "helmet.card.yaml", HelmetCard)
    assert card.training_data[1].startswith("2 riders drawn by models.datasets.drawn")


def test_a_drawn_riders_window_holds_that_riders_head_alone(drawn):
    windows = drawn_windows(drawn, ReadReport())
    assert [[HEAD_STATES[state] for state in one.states] for one in windows] == [[HeadState.NONE], [HeadState.HELMET]]


def test_a_later_run_begins_from_the_weights_of_this_one(run, trainer, data, tmp_path):
    weights = run.folder / "helmet.weights.npz"
    trainer("helmet", "--data", data, "--out", tmp_path, *SMALL, "--steps", 1, "--start", weights)
    before = torch.load(run.folder / "last.pt", weights_only=True)["average"]["place.1.weight"]
    after = torch.load(tmp_path / "last.pt", weights_only=True)["network"]["place.1.weight"]
    assert (before - after).abs().max() < 0.01


def test_a_folder_without_the_set_is_refused(trainer, tmp_path):
    answer = trainer("helmet", "--data", tmp_path, "--out", tmp_path / "out", *SMALL, code=2)
    assert "helmet:" in answer.err
    assert "data.yaml" in answer.err


def test_the_network_is_small():
    assert parameters(HelmetNet()) < 600_000


def test_a_mirrored_picture_gets_the_mirrored_answer():
    network = Shipped(HelmetNet()).eval()
    images = torch.rand(1, 3, HEIGHT_PX, WIDTH_PX)
    with torch.no_grad():
        straight, mirrored = network(images), torch.flip(network(torch.flip(images, [3])), [3])
    mirrored[:, 4] = 1 - mirrored[:, 4]
    assert torch.allclose(straight, mirrored, atol=1e-4)


def test_what_is_asked_of_the_network_decodes_to_the_marked_heads(data):
    """A network that answers exactly what the samples ask would find every head where it is."""
    for picture in read_riders(data / "helmets/india_rider_helmet", "valid", ReadReport()):
        [window] = windows_of(picture)
        sample = plain(window)
        sizes = np.exp(sample.target[3:5]) * COMMON_PX
        shares = np.stack([(sample.sort == state).astype(np.float32) for state in range(3)])
        planes = np.concatenate([sample.target[:1], shares, sample.target[1:3], sizes])
        found = decode_heads(planes, 3, STRIDE, 0.5, 0.4)
        assert len(found.score) == 1
        assert found.shares[0].argmax() == picture.states[0]
        wide, tall = found.xyxy_px[0, 2:] - found.xyxy_px[0, :2]
        true = picture.heads_px[0, 2:] - picture.heads_px[0, :2]
        assert wide / tall == pytest.approx(true[0] / true[1], rel=0.05)


def test_worn_samples_differ_but_keep_their_heads(data):
    [window] = windows_of(read_riders(data / "helmets/india_rider_helmet", "valid", ReadReport())[0])
    rng = np.random.default_rng(0)
    made = [varied(window, rng) for _ in range(20)]
    assert len({one.image.tobytes() for one in made}) == 20
    assert sum((one.target[0] == 1).sum() >= 1 for one in made) >= 18


def test_what_was_seen_from_far_already_is_not_worn_down_again():
    """Of a pattern of two pixels hardly anything is left where a picture is shown as from far away."""
    rows, columns = np.indices((HEIGHT_PX, WIDTH_PX)) // 2
    fine = np.where((rows + columns) % 2 == 0, 60, 190).astype(np.uint8)
    left = {far: [_likeness(worn(cv2.merge([fine] * 3), np.random.default_rng(n), far), fine) for n in range(12)]
            for far in (0.0, 1.0)}  # fmt: skip
    assert np.median(left[0.0]) > 0.8
    assert np.median(left[1.0]) < 0.4


def _likeness(image, pattern):
    return float(np.corrcoef(image.mean(axis=2).ravel(), pattern.ravel())[0, 1])


def test_look_alikes_stay_on_one_side(data):
    pictures = read_riders(data / "helmets/india_rider_helmet", "train", ReadReport())
    taught, held = parted([*pictures, *pictures], seed=0)
    assert held
    assert not {one.name for one in taught} & {one.name for one in held}


def test_other_heads_bring_their_state_and_leave_the_rest_of_the_picture(data):
    pictures = read_riders(data / "helmets/india_rider_helmet", "train", ReadReport())
    windows = [window for picture in pictures for window in windows_of(picture)]
    heads, rng = patches_of(windows), np.random.default_rng(1)
    changed = 0
    for window in windows * 6:
        other = with_other_heads(window, heads, rng)
        x1, y1, x2, y2 = np.rint(window.heads_px[0]).astype(int).tolist()
        touched = (other.image != window.image).any(axis=2)
        touched[y1:y2, x1:x2] = False
        assert not touched.any()
        if other.states[0] != window.states[0]:
            changed += 1
            assert (other.image != window.image).any()
    assert changed >= 5
