"""Fourier transforms of 2 to 8 complex vectors, as instructions for the processor.

The usual small transforms (e.g. Nussbaumer 1982, *Fast Fourier Transform and Convolution
Algorithms*, ch. 4 and 5), with positive exponents and not normalised:

    X_k = sum_q x_q exp(2 pi i q k / n)
"""

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir

LANES = 8
VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_FUSED = ("contract",)  # one rounding where the processor has it

Value = Any  # of llvmlite, which has no types
Complex = tuple[Value, Value]


class Arithmetic:
    """Complex arithmetic of vectors, as instructions."""

    def __init__(self, builder: Value) -> None:
        self._builder = builder

    def plus(self, x: Value, y: Value) -> Value:
        return self._builder.fadd(x, y, flags=_FUSED)

    def minus(self, x: Value, y: Value) -> Value:
        return self._builder.fsub(x, y, flags=_FUSED)

    def times(self, x: Value, y: Value) -> Value:
        return self._builder.fmul(x, y, flags=_FUSED)

    def add(self, x: Complex, y: Complex) -> Complex:
        return self.plus(x[0], y[0]), self.plus(x[1], y[1])

    def subtract(self, x: Complex, y: Complex) -> Complex:
        return self.minus(x[0], y[0]), self.minus(x[1], y[1])

    def add_turned(self, x: Complex, y: Complex) -> Complex:
        """Return x + i y."""
        return self.minus(x[0], y[1]), self.plus(x[1], y[0])

    def subtract_turned(self, x: Complex, y: Complex) -> Complex:
        """Return x - i y."""
        return self.plus(x[0], y[1]), self.minus(x[1], y[0])

    def multiply(self, x: Complex, y: Complex) -> Complex:
        real = self.minus(self.times(x[0], y[0]), self.times(x[1], y[1]))
        return real, self.plus(self.times(x[0], y[1]), self.times(x[1], y[0]))

    def scale(self, x: Complex, factor: float) -> Complex:
        constant = ir.Constant(VECTOR, [factor] * LANES)
        return self.times(x[0], constant), self.times(x[1], constant)

    def transform(self, x: list[Complex]) -> list[Complex]:
        """Transform 2, 3, 4, 6 or 8 numbers."""
        small = {
            2: self._transform_2,
            3: self._transform_3,
            4: self._transform_4,
            6: self._transform_6,
            8: self._transform_8,
        }
        return small[len(x)](x)

    def _transform_2(self, x: list[Complex]) -> list[Complex]:
        return [self.add(*x), self.subtract(*x)]

    def _transform_3(self, x: list[Complex]) -> list[Complex]:
        total = self.add(x[1], x[2])
        turned = self.scale(self.subtract(x[1], x[2]), math.sqrt(0.75))
        middle = self.add(x[0], self.scale(total, -0.5))
        return [
            self.add(x[0], total),
            self.add_turned(middle, turned),
            self.subtract_turned(middle, turned),
        ]

    def _transform_4(self, x: list[Complex]) -> list[Complex]:
        even, even_difference = self._transform_2([x[0], x[2]])
        odd, odd_difference = self._transform_2([x[1], x[3]])
        return [
            self.add(even, odd),
            self.add_turned(even_difference, odd_difference),
            self.subtract(even, odd),
            self.subtract_turned(even_difference, odd_difference),
        ]

    def _transform_6(self, x: list[Complex]) -> list[Complex]:
        """Input 3 a + 2 b (mod 6); output k where k = k_a (mod 2) and k = k_b (mod 3)."""
        first = self._transform_3([x[0], x[2], x[4]])
        second = self._transform_3([x[3], x[5], x[1]])
        out = {}
        for i in range(3):
            pair = self._transform_2([first[i], second[i]])
            for k in range(i, 6, 3):
                out[k] = pair[k % 2]
        return [out[k] for k in range(6)]

    def _transform_8(self, x: list[Complex]) -> list[Complex]:
        even, odd = self._transform_4(x[0::2]), self._transform_4(x[1::2])
        odd[1], odd[3] = self._turn_eighth(odd[1]), self._turn_eighth(odd[3])
        return [
            self.add(even[0], odd[0]),
            self.add(even[1], odd[1]),
            self.add_turned(even[2], odd[2]),
            self.add_turned(even[3], odd[3]),
            self.subtract(even[0], odd[0]),
            self.subtract(even[1], odd[1]),
            self.subtract_turned(even[2], odd[2]),
            self.subtract_turned(even[3], odd[3]),
        ]

    def _turn_eighth(self, x: Complex) -> Complex:
        """Return x exp(i pi / 4)."""
        return self.scale((self.minus(x[0], x[1]), self.plus(x[0], x[1])), math.sqrt(0.5))
