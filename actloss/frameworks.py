"""PyTorch and TensorFlow, imported when first used, and how their equivalents are called.

    from actloss.frameworks import tf, torch

costs nothing; `torch.nn.functional.relu(x)` imports PyTorch, or says how to install it.
"""

from __future__ import annotations

import functools
import importlib
import importlib.util
import inspect
import os
from collections.abc import Callable
from typing import Any

import numpy as np

from actloss.arrays import as_numbers, result_dtype


class MissingFramework(ImportError):
    """A framework that this call needs is not installed."""


class LazyFramework:
    """Stands for a module and becomes it at the first use."""

    def __init__(self, module: str, title: str, extra: str):
        self._module, self._title, self._extra = module, title, extra

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._load(), name)

    def _load(self) -> Any:
        if self._module == "tensorflow":
            # No start-up chatter in lessons; of oneDNN it cannot be hushed in any other way.
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
            os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
        try:
            return importlib.import_module(self._module)
        except ImportError as error:
            if error.name != self._module:
                raise
            raise MissingFramework(
                f"{self._title} is not installed. The NumPy version works without it. "
                f'To install it: pip install "actloss[{self._extra}]" '
                "(the README says how to get a small CPU build)."
            ) from None

    def is_installed(self) -> bool:
        """Whether it can be imported, found out without importing it."""
        try:
            return importlib.util.find_spec(self._module) is not None
        except ImportError:  # something on this machine forbids it
            return False


torch: Any = LazyFramework("torch", "PyTorch", "torch")
tf: Any = LazyFramework("tensorflow", "TensorFlow", "tensorflow")


def to_torch(x: Any) -> Any:
    """`x` as a tensor; lists and integers become floating as they do in NumPy."""
    if isinstance(x, torch.Tensor):
        return x if x.is_floating_point() else x.to(torch.float64)
    array = as_numbers(x, "x")
    return torch.tensor(array.astype(result_dtype(array)))


def to_tensorflow(x: Any) -> Any:
    """`x` as a tensor; lists and integers become floating as they do in NumPy."""
    if isinstance(x, tf.Tensor | tf.Variable):
        return x if x.dtype.is_floating else tf.cast(x, tf.float64)
    array = as_numbers(x, "x")
    return tf.constant(array.astype(result_dtype(array)))


def torch_with_slope(value: Callable, slope: Callable, x: Any) -> Any:
    """value(x) in PyTorch; autograd takes slope(x) for its derivative instead of its own."""
    return torch_with_backward(value, lambda x, upstream: upstream * slope(x), x)


def torch_with_backward(value: Callable, backward: Callable, x: Any) -> Any:
    """value(x) in PyTorch; autograd takes backward(x, upstream) for its gradient."""
    return _torch_function().apply(value, backward, x)


@functools.cache
def _torch_function() -> Any:
    class WithItsOwnBackward(torch.autograd.Function):
        @staticmethod
        def forward(context: Any, value: Callable, backward: Callable, x: Any) -> Any:
            context.save_for_backward(x)
            context.formula = backward
            return value(x)

        @staticmethod
        def backward(context: Any, upstream: Any) -> Any:
            (x,) = context.saved_tensors
            return None, None, context.formula(x, upstream)

    return WithItsOwnBackward


def tensorflow_with_slope(value: Callable, slope: Callable, x: Any) -> Any:
    """value(x) in TensorFlow; a tape takes slope(x) for its derivative instead of its own."""
    return tensorflow_with_backward(value, lambda x, upstream: upstream * slope(x), x)


def tensorflow_with_backward(value: Callable, backward: Callable, x: Any) -> Any:
    """value(x) in TensorFlow; a tape takes backward(x, upstream) for its gradient."""

    @tf.custom_gradient
    def function(x: Any) -> Any:
        return value(x), lambda upstream: backward(x, upstream)

    return function(tf.convert_to_tensor(x))


def call_torch(definition: Any, args: tuple, options: dict) -> Any:
    arrays, options = _arguments(definition, "torch", args, options)
    tensors = [to_torch(arrays[0])]
    tensors += [_like_torch(x, tensors[0], definition) for x in arrays[1:]]

    def reduce(values: Any, reduction: str) -> Any:
        return {"mean": torch.mean, "sum": torch.sum, "none": lambda v: v}[reduction](values)

    return _call(definition.frameworks["torch"], tensors, options, reduce)


def call_tensorflow(definition: Any, args: tuple, options: dict) -> Any:
    arrays, options = _arguments(definition, "tensorflow", args, options)
    tensors = [to_tensorflow(arrays[0])]
    tensors += [_like_tensorflow(x, tensors[0], definition) for x in arrays[1:]]

    def reduce(values: Any, reduction: str) -> Any:
        reducers = {"mean": tf.reduce_mean, "sum": tf.reduce_sum, "none": lambda v: v}
        return reducers[reduction](values)

    return _call(definition.frameworks["tensorflow"], tensors, options, reduce)


def _arguments(
    definition: Any, framework: str, args: tuple, options: dict
) -> tuple[list[Any], dict[str, Any]]:
    """The arrays of a call and its options by name, the loss's own reduction included."""
    if framework not in definition.frameworks:
        raise NotImplementedError(f"{definition.name} has no equivalent in {framework} here.")
    arrays, options = definition.bind(args, options, definition.array_names)
    if "validate" in options:
        raise TypeError(f"{definition.name}: only NumPy's takes validate; {framework}'s does not.")
    if definition.kind == "loss" and definition.over != "axis":
        options.setdefault("reduction", definition.reduction)
    return arrays, options


def _call(body: Callable, tensors: list, options: dict, reduce: Callable) -> Any:
    """Hand `reduction` to a body that takes it; reduce the values of one that does not."""
    if "reduction" not in options or "reduction" in inspect.signature(body).parameters:
        return body(*tensors, **options)
    reduction = options.pop("reduction")
    return reduce(body(*tensors, **options), reduction)


def _takes_labels(definition: Any) -> bool:
    return definition.kind == "loss" and definition.target == "labels"


def _like_torch(x: Any, first: Any, definition: Any) -> Any:
    """Labels stay whole numbers; everything else takes the prediction's dtype."""
    dtype = torch.int64 if _takes_labels(definition) else first.dtype
    if not isinstance(x, torch.Tensor):
        x = as_numbers(x, "an argument")
        x = np.array(x, x.dtype.newbyteorder("="))  # PyTorch knows no other byte order
    return torch.as_tensor(x, dtype=dtype)


def _like_tensorflow(x: Any, first: Any, definition: Any) -> Any:
    dtype = tf.int64 if _takes_labels(definition) else first.dtype
    return tf.cast(x, dtype)
