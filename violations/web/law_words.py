"""Where in the law a fine stands, taken apart from its code so that each language can say it in full."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    decree: str
    article: str
    clause: str
    point: str


def place_of(code: str) -> Place:
    """`16824.6.9.b` is decree 168/2024, article 6, clause 9, point b: number, then two digits of the year."""
    decree, article, clause, point = code.split(".")
    return Place(f"{decree[:-2]}/20{decree[-2:]}/NĐ-CP", article, clause, point)
