"""Everything `twin` raises on purpose."""


class TwinError(Exception):
    """A fault with a sentence for the user: the thing, the wanted, the found."""
