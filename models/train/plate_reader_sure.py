"""When the plate reader may speak: temperature and thresholds, from pictures that neither teach nor score."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch.nn import functional

from models.train.plate_reader_network import BLANK, split
from models.train.plate_reader_samples import Samples
from vision.arrays import F32, F64, Bool
from vision.plates.card import PlateReaderCard, ReaderThresholds
from vision.plates.found import MARGINS, agreed
from vision.plates.grammar import Grammar
from vision.plates.reader import Doubt, PlateReading, decode

HUNG = "hung and found, choosing part"
"""The set whose pictures come in turns of `vision.plates.found.MARGINS`: several looks at each plate."""
WRONG_SHARE = 0.001
"""Of the readings given. A tenth of what is promised: these crops come from the cameras that taught, and on street
photographs of other cameras a bar that let half a percent pass here let about five percent pass; one that let a fifth
of a percent pass, nine (four of forty-three)."""
WRONG_SHARE_HUNG = 0.004
"""The same where plates hang in photographs and the finder cut them out, which is as hard as service."""
TEMPERATURES = tuple(np.geomspace(0.6, 3.0, 24).tolist())
LOWEST_CERTAINTY, LOWEST_ODD_CERTAINTY = 0.5, 0.999
WEAKEST_CHARACTER = 0.6


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """Row i: how sure the reader was of picture i, whether it was right, whether a format fits its text."""

    certainty: F64
    right: Bool
    known: Bool


def fit_temperature(outputs: torch.Tensor, samples: Samples) -> float:
    """The temperature that makes the true texts likeliest."""
    characters, _, _ = split(outputs)
    targets = torch.from_numpy(samples.rows).flatten(0, 1).long()
    lengths = (targets != BLANK).sum(1)
    columns = torch.full((len(targets),), characters.shape[2])

    def surprise(temperature: float) -> float:
        spoken = functional.log_softmax(characters / temperature, 3).flatten(0, 1).transpose(0, 1)
        per_row = functional.ctc_loss(spoken, targets, columns, lengths, BLANK, "none", zero_infinity=True)
        return float(per_row.clamp(max=10).mean())

    return min(TEMPERATURES, key=surprise)


def told(outputs: F32, samples: Samples, card: PlateReaderCard, grammar: Grammar) -> Told:
    readings = [decode(output, card, grammar) for output in outputs]
    return Told(
        certainty=np.array([one.certainty for one in readings]),
        right=np.array([one.text == text for one, text in zip(readings, samples.texts(), strict=True)]),
        known=np.array([_is_known(one, grammar) for one in readings]),
    )


def told_together(outputs: F32, samples: Samples, card: PlateReaderCard, grammar: Grammar) -> Told:
    """As `told`, of the looks at each plate together, as service agrees on them."""
    turn = len(MARGINS)
    readings = [decode(output, card, grammar) for output in outputs]
    whole = range(0, len(readings) - turn + 1, turn)
    agreeing = [agreed(readings[first : first + turn]) for first in whole]
    split_votes = [one.doubt is Doubt.UNSURE for one in agreeing]  # `card` has no bars yet: only disagreement doubts
    return Told(
        certainty=np.where(split_votes, 0.0, [one.certainty for one in agreeing]),
        right=np.array([one.text == samples.texts()[first] for one, first in zip(agreeing, whole, strict=True)]),
        known=np.array([_is_known(one, grammar) for one in agreeing]),
    )


def _is_known(reading: PlateReading, grammar: Grammar) -> bool:
    return grammar.knows(reading.text, reading.lines)


def lowest_bar(part: Told, known: bool, lowest: float, wrong_share: float = WRONG_SHARE) -> float:
    """The lowest certainty at which no more than `wrong_share` of the readings given are wrong; 1: none is enough."""
    bars = np.unique(np.concatenate([[lowest], part.certainty[part.known == known]]))
    for bar in bars[bars >= lowest]:
        if _wrong_share(part, known, float(bar)) <= wrong_share:
            return float(bar)
    return 1.0


def _wrong_share(part: Told, known: bool, bar: float) -> float:
    given = (part.known == known) & (part.certainty >= bar)
    return float((given & ~part.right).sum() / max(1, given.sum()))


def calibrate(
    outputs: Mapping[str, torch.Tensor], sets: Mapping[str, Samples], card: PlateReaderCard, grammar: Grammar
) -> PlateReaderCard:
    """The card with the thresholds found on `sets`; `outputs` are the network's, by the same names."""
    every = torch.cat([outputs[name] for name in sets])
    joined = Samples(
        **{
            column: np.concatenate([getattr(samples, column) for samples in sets.values()])
            for column in ("pictures", "rows", "lines", "colour")
        }
    )
    temperature = fit_temperature(every, joined)
    # Bars of nothing: what is read is judged below.
    open_bars = ReaderThresholds(temperature=temperature, certainty=0, odd_certainty=0, character=0)
    warm = card.model_copy(update={"thresholds": open_bars})
    parts = {name: _judged(name, outputs[name].numpy(), samples, warm, grammar) for name, samples in sets.items()}
    shares = {name: WRONG_SHARE_HUNG if name == HUNG else WRONG_SHARE for name in parts}

    def bar(known: bool, lowest: float) -> float:
        return max(lowest_bar(part, known, lowest, shares[name]) for name, part in parts.items())

    certainty = bar(True, LOWEST_CERTAINTY)
    thresholds = ReaderThresholds(
        temperature=round(temperature, 3),
        certainty=_up(certainty),
        odd_certainty=_up(bar(False, max(certainty, LOWEST_ODD_CERTAINTY))),
        character=WEAKEST_CHARACTER,
    )
    return card.model_copy(update={"thresholds": thresholds})


def _judged(name: str, outputs: F32, samples: Samples, card: PlateReaderCard, grammar: Grammar) -> Told:
    return (told_together if name == HUNG else told)(outputs, samples, card, grammar)


def _up(bar: float) -> float:
    """Rounded so that nothing more is given."""
    return min(1.0, float(np.ceil(bar * 10_000) / 10_000))
