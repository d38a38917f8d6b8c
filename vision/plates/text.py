"""The characters and grounds of Vietnamese plates, in the order every network of this room gives them."""

from enum import StrEnum

ALPHABET = "0123456789ABCDEFGHKLMNPQRSTUVXYZ"
"""All that is read. I, J, O and W stand on no plate; Đ is written D."""


class Ground(StrEnum):
    """The colour under the characters. The order is that of the reader's outputs."""

    WHITE = "white"
    YELLOW = "yellow"
    BLUE = "blue"
    RED = "red"


GROUNDS = tuple(Ground)


def canonical(shown: str) -> str:
    """`59-G1 965.77` as it is compared: `59G196577`. What is no character of a plate is left out."""
    return "".join(one for one in shown.upper().replace("Đ", "D") if one in ALPHABET)
