"""The array type that the whole house uses."""

from typing import Any

import numpy as np

# Not numpy.typing's: importing that takes 30 ms, which every start of the program would wait.
Array = np.ndarray[Any, np.dtype[Any]]
