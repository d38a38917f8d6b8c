"""What the shots of a track say together about each place of its plate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import log
from typing import Self

import numpy as np

from vision.arrays import F64
from vision.plates.text import ALPHABET
from vision.plates.voted import Alternative, VotedCharacter

MOST_TEXTS = 64

Layout = tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Ballot:
    """
    layout    characters in the upper and the lower row that most shots read; agreed: the share of shots that do
    chances   (places, len(ALPHABET)) float64 after all shots; each row's sum is 1
    proposed  place by place the characters that some shot proposed, the likeliest first
    said      place by place the share of shots that read each character there: (places, len(ALPHABET)) float64

    Shares count a shot by its own certainty.
    """

    layout: Layout
    agreed: float
    chances: F64
    proposed: tuple[str, ...]
    said: F64

    def alternatives(self) -> tuple[Alternative, ...]:
        """Texts made of nothing but proposed characters, the likeliest first."""
        best: list[tuple[float, str]] = [(1.0, "")]
        for row, proposed in zip(self.chances, self.proposed, strict=True):
            longer = [(chance * chance_of(row, one), text + one) for chance, text in best for one in proposed]
            best = sorted(longer, reverse=True)[:MOST_TEXTS]
        return tuple(Alternative(self.rows(text), chance * self.agreed) for chance, text in best)

    def characters(self, text: str) -> tuple[VotedCharacter, ...]:
        """Of `text`, each with what else was proposed in its place."""
        return tuple(
            VotedCharacter(
                character,
                chance_of(row, character),
                tuple((other, chance_of(row, other)) for other in proposed if other != character),
            )
            for character, row, proposed in zip(text, self.chances, self.proposed, strict=True)
        )

    def margin(self, text: str) -> float:
        """Over all places the least logarithm of how much likelier the text's character is than any other."""
        margins = []
        for character, row in zip(text, self.chances, strict=True):
            rest = np.delete(row, ALPHABET.index(character))
            margins.append(log(max(chance_of(row, character), 1e-12) / max(float(rest.max()), 1e-12)))
        return min(margins, default=0.0)

    def support(self, text: str) -> float:
        """Over all places the least share of shots that read the text's character there."""
        return min((chance_of(row, one) for one, row in zip(text, self.said, strict=True)), default=0.0)

    def folded(self, text: str, lookalikes: Mapping[str, str], is_possible: Callable[[str], bool]) -> Self:
        """What spoke for a lookalike of the text's character speaks for the character, where the lookalike itself
        cannot stand: no 0 stands where the series letter does, so what looks like one there is a D."""
        chances, said = self.chances.copy(), self.said.copy()
        for place, character in enumerate(text):
            to = ALPHABET.index(character)
            for other in lookalikes.get(character, ""):
                if not is_possible(text[:place] + other + text[place + 1 :]):
                    for table in (chances, said):
                        table[place, to] += table[place, ALPHABET.index(other)]
                        table[place, ALPHABET.index(other)] = 0
        return replace(self, chances=chances, said=said)

    def rows(self, text: str) -> tuple[str, ...]:
        """The text as it would stand on the plate."""
        upper, lower = self.layout
        return (text[:upper], text[upper:]) if upper and lower else (text,)


def chance_of(row: F64, character: str) -> float:
    return float(row[ALPHABET.index(character)])
