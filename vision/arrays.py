"""Array types of the columns, and the one check that every struct of columns runs at construction."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I8 = npt.NDArray[np.int8]
I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
Bool = npt.NDArray[np.bool_]

Column = tuple[npt.NDArray[np.generic], tuple[int, ...], type[np.generic]]


def check_columns(owner: str, rows: int, columns: Mapping[str, Column]) -> None:
    """Raise ValueError unless each column has `rows` rows, its own trailing shape, and its dtype."""
    for name, (array, trailing, dtype) in columns.items():
        wanted = (rows, *trailing)
        if array.shape != wanted or array.dtype != dtype:
            raise ValueError(
                f"{owner}.{name}: wanted shape {wanted} of {np.dtype(dtype).name}, "
                f"found {array.shape} of {array.dtype.name}"
            )
