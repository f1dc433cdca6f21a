"""Operations on eight neighbouring numbers at once, for the lanes of the trials.

Written as loops over arrays they are compiled with a check, each time, that the arrays do not
overlap, which costs more than the operation. Here eight numbers are one value of the processor
(or two or four, where it is narrower). Offsets count numbers from the start of a contiguous array;
nothing is checked.
"""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core.imputils import impl_ret_untracked
from numba.extending import intrinsic
from numba.np.arrayobj import make_array

LANES = 8
_VECTOR = ir.VectorType(ir.DoubleType(), LANES)
_FUSED = ("contract",)  # one rounding where the processor has it


def _place(context, builder, array_type, array, offset):
    """Return a pointer to eight numbers of an array."""
    data = make_array(array_type)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [offset]), _VECTOR.as_pointer())


def _operation(combine, n_operands):
    """Make the code of an operation on some arrays, the target first, and on the offsets."""

    def generate(context, builder, signature, arguments):
        places = [
            _place(
                context,
                builder,
                signature.args[i],
                arguments[i],
                builder.extract_value(arguments[n_operands], i),
            )
            for i in range(n_operands)
        ]
        values = [builder.load(place, align=8) for place in places[1:]]
        before = builder.load(places[0], align=8)
        builder.store(combine(builder, before, *values), places[0], align=8)
        return impl_ret_untracked(context, builder, types.none, context.get_dummy_value())

    return generate


def _signature(*arrays):
    return types.none(*arrays, types.UniTuple(types.intp, len(arrays)))


@intrinsic
def copy(_typing, target, source, _at):
    """target[at[0] : at[0] + 8] = source[at[1] : ...]."""
    return _signature(target, source), _operation(lambda _builder, _before, value: value, 2)


@intrinsic
def multiply(_typing, target, factor, _at):
    """target[at[0] : at[0] + 8] *= factor[at[1] : ...]."""

    def combine(builder, before, value):
        return builder.fmul(before, value)

    return _signature(target, factor), _operation(combine, 2)


@intrinsic
def subtract_product(_typing, target, left, right, _at):
    """target[at[0] : at[0] + 8] -= left[at[1] : ...] * right[at[2] : ...]."""

    def combine(builder, before, one, other):
        product = builder.fmul(one, other, flags=_FUSED)
        return builder.fsub(before, product, flags=_FUSED)

    return _signature(target, left, right), _operation(combine, 3)


@intrinsic
def set_product(_typing, target, left, right, _at):
    """target[at[0] : at[0] + 8] = left[at[1] : ...] * right[at[2] : ...]."""

    def combine(builder, _before, one, other):
        return builder.fmul(one, other)

    return _signature(target, left, right), _operation(combine, 3)
