"""One command from nothing to a model with its score: `python -m models.train.recipe MODEL --data DIR --out DIR`.

MODEL is detector, plate-finder, plate-reader, helmet or lamp. What the training needs and nobody made yet (drawn
pictures, labels of teachers, boxes that sets lack) is made first, below OUT; then the network is trained, written as
OUT/MODEL.onnx with its card, and scored into OUT/score.txt. Each step is a command of its own with its own bar. After
a kill at any point the same line goes on: what ended is not done again, what was cut goes on where it can. `--quick`
does it all with a handful of pictures, to see that it runs.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from models.errors import ModelsError
from models.train.recipe_steps import PLANS, Ledger, Step, Wanted, steps_of

ROOT = Path(__file__).parents[2]
PARTS = ("weights.npz", "card.yaml", "onnx")
"""Of a finished model, in the order they are put in place: never a network without its card."""
INTERRUPTED = 130


class StepError(ModelsError):
    """A step's command ended with this code."""

    def __init__(self, step: Step, code: int) -> None:
        super().__init__(f"{step.name}: `python -m {step.module}` ended with code {code}; the same line goes on there")
        self.code = code


def follow(model: str, wanted: Wanted) -> Path:
    """Do every step that has not ended yet and return the model's file. Raise ModelsError where one fails."""
    ledger = Ledger(wanted.out / "made.json", model, wanted)
    ended, steps = ledger.ended(), steps_of(model, wanted)
    for number, step in enumerate(steps, 1):
        if step.name in ended:
            continue
        print(f"{model}, step {number} of {len(steps)}: {step.name}", file=sys.stderr, flush=True)
        _do(step, wanted)
        _put_in_place(model, wanted)
        ended.append(step.name)
        ledger.write(ended)
    return wanted.out / f"{model}.onnx"


def _do(step: Step, wanted: Wanted) -> None:
    """What a scoring step prints is kept as well, and shown."""
    command = [sys.executable, "-m", step.module, *map(str, step.arguments())]
    surroundings = os.environ | {"NGATU_TEST_DATA": str(wanted.data)}
    done = subprocess.run(  # noqa: S603  our own commands, arguments apart
        command, cwd=ROOT, env=surroundings, stdout=subprocess.PIPE if step.scores else None, check=False
    )
    if done.returncode:
        raise StepError(step, done.returncode)
    if step.scores:
        print(done.stdout.decode(), flush=True)
        (wanted.out / "score.txt").write_bytes(done.stdout)


def _put_in_place(model: str, wanted: Wanted) -> None:
    """Trainers that write their model themselves write it beside their checkpoint."""
    for part in PARTS:
        made, place = wanted.run / f"{model}.{part}", wanted.out / f"{model}.{part}"
        if made.is_file():
            shutil.copyfile(made, place.with_suffix(".part"))
            place.with_suffix(".part").replace(place)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", choices=list(PLANS), metavar="MODEL", help=f"one of {', '.join(PLANS)}")
    parser.add_argument("--data", type=Path, required=True, help="folder with the labelled sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for all that is made")
    parser.add_argument("--drawn", type=Path, help="a set of models.datasets.drawn to use instead of drawing one")
    parser.add_argument("--teacher", type=Path, nargs="+", default=[], help="detectors that label for the detector")
    parser.add_argument("--quick", action="store_true", help="a handful of everything, to see that it runs")
    given = parser.parse_args()
    drawn = given.drawn and given.drawn.resolve()
    teachers = tuple(file.resolve() for file in given.teacher)
    wanted = Wanted(given.data.resolve(), given.out.resolve(), drawn, teachers, quick=given.quick)
    try:
        print(follow(given.model, wanted))
    except StepError as error:
        parser.exit(error.code if error.code > 0 else 1, f"models.train.recipe: {error}\n")
    except ModelsError as error:
        parser.exit(2, f"models.train.recipe: {error}\n")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
