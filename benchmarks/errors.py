"""What the benchmarks raise on purpose."""


class BenchmarkError(Exception):
    """A benchmark lacks what it needs; the message names the thing, the wanted and the found."""
