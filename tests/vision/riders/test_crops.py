import numpy as np
import pytest

from vision.riders.crops import cut, head_windows


def test_a_window_holds_the_upper_part_with_room_around_it():
    [window] = head_windows(np.array([[100, 200, 200, 400]], np.float32))
    assert window == pytest.approx([88, 176, 212, 332])


def test_a_window_is_cut_at_the_frame_and_says_where_it_begins():
    image = np.arange(60 * 80 * 3, dtype=np.uint32).reshape(60, 80, 3).astype(np.uint8)
    found = cut(image, np.array([-10, 20, 30, 100], np.float32))
    assert found is not None
    part, corner = found
    assert part.shape == (40, 30, 3)
    assert corner.tolist() == [0, 20]
    assert (part == image[20:, :30]).all()
