"""The butterflies of a Fourier transform on eight complex numbers at once.

A lane is a pair of rows, its real and its imaginary part; sixteen numbers in a row, eight real and
eight imaginary parts, are an *element*. A butterfly of radix r reads r elements, keeps them in
registers, and writes their transform. As loops over arrays each of its operations would go through
memory and be compiled with a check that the arrays do not overlap; here a butterfly is one piece
of code of the processor. Offsets count elements (complex numbers in tables) from the start of
contiguous arrays of float64; nothing is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from llvmlite import ir
from numba import types
from numba.core.imputils import impl_ret_untracked
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

from moosegui.fit.transforms._small import LANES, VECTOR, Arithmetic, Complex, Value

PER_ELEMENT = 2 * LANES  # float64 in an element
RADICES = (3, 4, 6, 8)


class _Memory:
    """Elements, tables of complex numbers and the offsets of one call."""

    def __init__(self, context: Value, builder: Value, signature: Value, arguments: Value) -> None:
        self._builder = builder
        arrays = zip(signature.args[:-1], arguments[:-1], strict=True)
        self._data = [make_array(kind)(context, builder, array).data for kind, array in arrays]
        offsets = range(len(signature.args[-1]))
        self.at = [builder.extract_value(arguments[-1], i) for i in offsets]

    def zero(self) -> Value:
        return self._number(0)

    def plus(self, offset: Value, n: int) -> Value:
        return self._builder.add(offset, self._number(n))

    def sum(self, offset: Value, other: Value) -> Value:
        return self._builder.add(offset, other)

    def times(self, offset: Value, n: int) -> Value:
        return self._builder.mul(offset, self._number(n))

    def load(self, array: int, offset: Value) -> Complex:
        real, imaginary = self._places(array, offset)
        return self._builder.load(real, align=8), self._builder.load(imaginary, align=8)

    def store(self, array: int, offset: Value, value: Complex) -> None:
        for place, part in zip(self._places(array, offset), value, strict=True):
            self._builder.store(part, place, align=8)

    def store_past_cache(self, array: int, offset: Value, value: Complex) -> None:
        """Store to memory at a multiple of 64 bytes, which is not read there and then."""
        one = self._builder.module.add_metadata([ir.Constant(ir.IntType(32), 1)])
        for place, part in zip(self._places(array, offset), value, strict=True):
            stored = self._builder.store(part, place, align=64)
            stored.set_metadata("nontemporal", one)

    def if_less(self, number: int, limit: Value) -> AbstractContextManager[Value]:
        """Return the context of what is done only if a number is below a limit."""
        is_less = self._builder.icmp_signed("<", self._number(number), limit)
        guarded: AbstractContextManager[Value] = self._builder.if_then(is_less)
        return guarded

    def spread(self, array: int, offset: Value) -> Complex:
        """Return one complex number of a table in all lanes."""
        at = self.times(offset, 2)
        return self._spread_one(array, at), self._spread_one(array, self.plus(at, 1))

    def _spread_one(self, array: int, at: Value) -> Value:
        builder = self._builder
        value = builder.load(builder.gep(self._data[array], [at]))
        nothing, first = ir.Constant(VECTOR, ir.Undefined), ir.Constant(ir.IntType(32), 0)
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return builder.shuffle_vector(
            builder.insert_element(nothing, value, first), nothing, everywhere
        )

    def _places(self, array: int, offset: Value) -> tuple[Value, Value]:
        at = self.times(offset, PER_ELEMENT)
        start = self._builder.gep(self._data[array], [at])
        real = self._builder.bitcast(start, VECTOR.as_pointer())
        return real, self._builder.gep(real, [self._number(1)])

    def _number(self, n: int) -> Value:
        return ir.Constant(self.at[0].type, n)


def _multiplied(memory: _Memory, arithmetic: Arithmetic, radix: int) -> None:
    """buffer[a + q] = transform of rows[b + q] (share of data * data[b + q] + ...)."""
    inside, first = memory.at
    share = memory.load(3, memory.zero())
    elements = []
    for q in range(radix):
        at = memory.plus(first, q)
        data = memory.spread(2, memory.times(at, 2))
        weight = memory.spread(2, memory.plus(memory.times(at, 2), 1))
        real, imaginary = (
            arithmetic.plus(arithmetic.times(share[0], one), arithmetic.times(share[1], other))
            for one, other in zip(data, weight, strict=True)
        )
        elements.append(arithmetic.multiply(memory.load(1, at), (real, imaginary)))
    for q, value in enumerate(arithmetic.transform(elements)):
        memory.store(0, memory.plus(inside, q), value)


def _gathered(memory: _Memory, arithmetic: Arithmetic, radix: int) -> None:
    """buffer[a + q] = transform of source[b + q step]."""
    inside, at, step = memory.at
    elements = []
    for _ in range(radix):
        elements.append(memory.load(1, at))
        at = memory.sum(at, step)
    for q, value in enumerate(arithmetic.transform(elements)):
        memory.store(0, memory.plus(inside, q), value)


def _twisted(
    memory: _Memory, arithmetic: Arithmetic, radix: int, place: tuple[int, int, Value, Value, Value]
) -> list[Complex]:
    """Return the transform of buffer[a + q m] twiddles[b + q - 1]."""
    buffer, table, at, step, twiddle = place
    elements = [memory.load(buffer, at)]
    for q in range(1, radix):
        at = memory.sum(at, step)
        factor = memory.spread(table, memory.plus(twiddle, q - 1))
        elements.append(arithmetic.multiply(memory.load(buffer, at), factor))
    return arithmetic.transform(elements)


def _in_place(memory: _Memory, arithmetic: Arithmetic, radix: int) -> None:
    at, step, twiddle = memory.at
    for value in _twisted(memory, arithmetic, radix, (0, 1, at, step, twiddle)):
        memory.store(0, at, value)
        at = memory.sum(at, step)


def _turned(memory: _Memory, arithmetic: Arithmetic, radix: int) -> None:
    """target[c + q m] = what `_in_place` would store, times turns[d + q m]."""
    to, at, step, twiddle, turn = memory.at
    for value in _twisted(memory, arithmetic, radix, (1, 2, at, step, twiddle)):
        memory.store(0, to, arithmetic.multiply(value, memory.spread(3, turn)))
        to, turn = memory.sum(to, step), memory.sum(turn, step)


def _kept(memory: _Memory, arithmetic: Arithmetic, radix: int) -> None:
    """target[c + q m] = what `_in_place` would store, for q < e; aligned to 64 bytes."""
    to, at, step, twiddle, limit = memory.at
    for q, value in enumerate(_twisted(memory, arithmetic, radix, (1, 2, at, step, twiddle))):
        with memory.if_less(q, limit):
            memory.store_past_cache(0, to, value)
        to = memory.sum(to, step)


_Writer = Callable[[_Memory, Arithmetic, int], None]


def _generator(write: _Writer, radix: int) -> Callable[..., Value]:
    def generate(context: Value, builder: Value, signature: Value, arguments: Value) -> Value:
        memory = _Memory(context, builder, signature, arguments)
        write(memory, Arithmetic(builder), radix)
        return impl_ret_untracked(context, builder, types.none, context.get_dummy_value())

    return generate


def _signature(arrays: tuple[Value, ...], n_offsets: int) -> Value:
    return types.none(*arrays, types.UniTuple(types.intp, n_offsets))


def _multiply(radix: int) -> Value:
    """Butterfly of (buffer, rows, factors, shares, (a, b)), see `_multiplied`."""

    @intrinsic
    def butterfly(_typing, buffer, rows, factors, shares, _at):
        return _signature((buffer, rows, factors, shares), 2), _generator(_multiplied, radix)

    return butterfly


def _gather(radix: int) -> Value:
    """Butterfly of (buffer, source, (a, b, step)), see `_gathered`."""

    @intrinsic
    def butterfly(_typing, buffer, source, _at):
        return _signature((buffer, source), 3), _generator(_gathered, radix)

    return butterfly


def _combine(radix: int) -> Value:
    """Butterfly of (buffer, twiddles, (a, m, b)), see `_twisted`."""

    @intrinsic
    def butterfly(_typing, buffer, twiddles, _at):
        return _signature((buffer, twiddles), 3), _generator(_in_place, radix)

    return butterfly


def _turn(radix: int) -> Value:
    """Butterfly of (target, buffer, twiddles, turns, (c, a, m, b, d)), see `_turned`."""

    @intrinsic
    def butterfly(_typing, target, buffer, twiddles, turns, _at):
        return _signature((target, buffer, twiddles, turns), 5), _generator(_turned, radix)

    return butterfly


def _keep(radix: int) -> Value:
    """Butterfly of (target, buffer, twiddles, (c, a, m, b, e)), see `_kept`."""

    @intrinsic
    def butterfly(_typing, target, buffer, twiddles, _at):
        return _signature((target, buffer, twiddles), 5), _generator(_kept, radix)

    return butterfly


multiply_3, multiply_4, multiply_6, multiply_8 = map(_multiply, RADICES)
gather_3, gather_4, gather_6, gather_8 = map(_gather, RADICES)
combine_3, combine_4, combine_6, combine_8 = map(_combine, RADICES)
turn_3, turn_4, turn_6, turn_8 = map(_turn, RADICES)
keep_3, keep_4, keep_6, keep_8 = map(_keep, RADICES)


@intrinsic
def fetch(_typing, array, _at):
    """Ask for the element at array[at[0] : at[0] + 16], in numbers, which is read soon."""

    def generate(context: Value, builder: Value, signature: Value, arguments: Value) -> Value:
        data = make_array(signature.args[0])(context, builder, arguments[0]).data
        at = builder.extract_value(arguments[1], 0)
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        function = builder.module.declare_intrinsic("llvm.prefetch", [byte], kind)
        flags = [ir.Constant(number, value) for value in (0, 3, 1)]  # to read, soon, as data
        for half in range(2):
            place = builder.add(at, ir.Constant(at.type, half * LANES))
            pointer = builder.bitcast(builder.gep(data, [place]), byte)
            builder.call(function, [pointer, *flags])
        return impl_ret_untracked(context, builder, types.none, context.get_dummy_value())

    return _signature((array,), 1), generate
