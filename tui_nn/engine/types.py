"""The array type that the whole house uses."""

from typing import Any

import numpy.typing as npt

Array = npt.NDArray[Any]
