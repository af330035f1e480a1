"""The normal distribution, Φ(z) = ½ erfc(−z/√2), which NumPy lacks and gelu needs.

For x ≥ 0, Φ(−x) = e^(−x²/2) R(x), where R has no exponential left in it, and (1 + x) R(x) stays
between 0.39 and 0.53 over the whole half line. So one polynomial in s = (x − 5)/(x + 5) serves all
x, and there are no cases to choose from (the way of Shepherd and Laframboise 1981, "Chebyshev
approximation of (1 + 2x) exp(x²) erfc x"). The coefficients were computed in 40 digits from the
Chebyshev series of that function; `tests/engine/record_torch_functions.py` records what they are
tested with.
"""

from __future__ import annotations

import numpy as np
from numpy import add, divide, exp, multiply, subtract

from tui_nn.engine.activations.base import filled
from tui_nn.engine.types import Array, constant

# Chebyshev coefficients of (1 + x) R(x) in s, largest index last.
_CHEBYSHEV = (
    0.46197421207218568091,
    -0.065165202394912630592,
    -0.0054587815011365672231,
    0.012296199045563439595,
    -0.006470872915703687992,
    0.0022407355224168305404,
    -0.00056386237746519737237,
    0.000099840310829258115665,
    -9.8495148431684933699e-6,
    -4.0324942330452171283e-7,
    2.9902396201303401543e-7,
    -3.0320707484428138987e-8,
    -4.61766571392902762e-9,
    1.3298288008382688346e-9,
    3.0072427190190075558e-11,
    -4.4299537255328505744e-11,
    1.3999857147015089472e-12,
    1.4718957028910107823e-12,
    -9.3259531191826548999e-14,
    -5.2946811690766855062e-14,
    3.9581884144124594647e-15,
    2.1048214643821762064e-15,
    -1.3456712844462695987e-16,
    -9.0976148902211176103e-17,
)
_TERMS = {"float64": 24, "float32": 13}
# Beyond it Φ(−x) and the density are 0 in float64.
_FARTHEST = 50.0


class Normal:
    """Φ and its density over the values of an array `z`, which may change between two calls.

    Φ is exact to about 1e-15 of itself for all z, the left tail included.
    """

    def __init__(self, z: Array) -> None:
        dtype = z.dtype
        powers = np.polynomial.chebyshev.cheb2poly(_CHEBYSHEV[: _TERMS[dtype.name]])
        self.z = z
        self._powers = [constant(power, dtype) for power in powers[::-1]]
        self._one, self._five, self._half, self._sixteen, self._sixteenth = (
            constant(value, dtype) for value in (1, 5, 0.5, 16, 1 / 16)
        )
        self._farthest = filled(_FARTHEST, z)
        self._zero, self._root = constant(0, dtype), constant(1 / np.sqrt(2 * np.pi), dtype)
        self._x, self._s, self._rough, self._bell = (np.empty_like(z) for _ in range(4))
        self._right = np.empty(z.shape, bool)

    def distribution(self, out: Array) -> None:
        """Write Φ(z) into `out`."""
        x, s = self._x, self._s
        np.abs(self.z, x)
        np.minimum(x, self._farthest, out=x)
        self._write_bell(x)
        subtract(x, self._five, s)
        add(x, self._five, out)
        divide(s, out, s)
        out[...] = self._powers[0]
        for power in self._powers[1:]:
            multiply(out, s, out)
            add(out, power, out)
        add(x, self._one, s)
        divide(out, s, out)
        multiply(out, self._bell, out)  # Φ(−|z|)
        np.greater(self.z, self._zero, self._right)
        subtract(self._one, out, out, where=self._right)

    def density(self) -> Array:
        """e^(−z²/2)/√(2π) for the z of the last `distribution`, in a buffer free for use."""
        multiply(self._bell, self._root, self._bell)
        return self._bell

    def _write_bell(self, x: Array) -> None:
        # e^(−x²/2) magnifies the rounding of x² by x²/2; so x² = r² + (x − r)(x + r), where
        # r, x in sixteenths, has an exact square (W. J. Cody 1969).
        rough, bell, rest = self._rough, self._bell, self._s
        multiply(x, self._sixteen, rough)
        np.rint(rough, out=rough)
        multiply(rough, self._sixteenth, rough)
        subtract(rough, x, bell)
        add(rough, x, rest)
        multiply(bell, rest, rest)
        multiply(rest, self._half, rest)
        exp(rest, rest)
        multiply(rough, rough, bell)
        multiply(bell, self._half, bell)
        np.negative(bell, out=bell)
        exp(bell, bell)
        multiply(bell, rest, bell)
