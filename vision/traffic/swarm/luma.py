"""The small grey picture that swarm mode looks at."""

WIDTH_PX = 320


def small_size(frame_size_px: tuple[int, int]) -> tuple[int, int]:
    """(width, height) of the small picture of a frame of (width, height); a small frame stays as it is."""
    width, height = frame_size_px
    small_width = min(width, WIDTH_PX)
    return small_width, max(round(height * small_width / width), 1)
