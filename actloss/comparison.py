"""`relu.compare(x)`: values and gradients in NumPy, PyTorch and TensorFlow, side by side.

Differences are counted in units in the last place (ulp): how many representable numbers lie between
two results. 0 or 1 is rounding; thousands mean lost digits; a large one at a kink, a convention.
"""

from __future__ import annotations

import html
import itertools
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from actloss.arrays import as_numbers, fitted, result_dtype
from actloss.frameworks import tf, torch

SHOWN = 12  # rows of a table; more than that is not looked at one by one


@dataclass(frozen=True)
class Comparison:
    """Values and gradients of one call, by framework: "numpy", "torch", "tensorflow"."""

    name: str
    x: NDArray
    values: dict[str, NDArray]
    gradients: dict[str, NDArray]
    missing: dict[str, str] = field(default_factory=dict)

    def ulps(self, framework: str, of: str = "values") -> NDArray:
        """The distance of a framework's values (or "gradients") from NumPy's, in ulp."""
        results = getattr(self, of)
        return ulps_apart(results["numpy"], results[framework])

    def tables(self) -> list[tuple[str, list[str], list[list[str]], str]]:
        """(title, header, rows, how many more) for the values and for the gradients."""
        made = []
        for of, results in (("values", self.values), ("gradients", self.gradients)):
            others = [name for name in results if name != "numpy"]
            header = ["input", "NumPy", *(f"{TITLES[n]} | ulp apart" for n in others)]
            inputs = self.x if self.x.shape == results["numpy"].shape else None
            apart = {name: self.ulps(name, of) for name in others}
            rows = []
            for index in itertools.islice(np.ndindex(results["numpy"].shape), SHOWN):
                row = ["" if inputs is None else f"{inputs[index]:.6g}"]
                row.append(f"{results['numpy'][index]:.10g}")
                for name in others:
                    row.append(f"{results[name][index]:.10g} | {apart[name][index]:.3g}")
                rows.append(row)
            left = results["numpy"].size - len(rows)
            made.append((f"{self.name}: {of}", header, rows, f"(and {left} more)" if left else ""))
        return made

    def __str__(self) -> str:
        parts = []
        for title, header, rows, more in self.tables():
            widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
            lines = [
                "  ".join(cell.rjust(w) for cell, w in zip(row, widths, strict=True))
                for row in [header, *rows]
            ]
            parts.append("\n".join([title, *lines, *filter(None, [more])]))
        return "\n\n".join([*parts, *self.missing.values()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        parts = []
        for title, header, rows, more in self.tables():
            head = "".join(f'<th scope="col">{html.escape(cell)}</th>' for cell in header)
            body = "".join(
                "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
                for row in rows
            )
            parts.append(
                f"<table><caption>{html.escape(title)}</caption>"
                f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
                + (f"<p>{more}</p>" if more else "")
            )
        return "".join([*parts, *(f"<p>{html.escape(t)}</p>" for t in self.missing.values())])


TITLES = {"torch": "PyTorch", "tensorflow": "TensorFlow"}


def ulps_apart(a: NDArray, b: NDArray) -> NDArray:
    """How many units in the last place lie between a and b; infinity where only one is a number."""
    with np.errstate(all="ignore"):
        larger = np.maximum(np.abs(a), np.abs(b))
        apart = np.abs(a - b) / np.spacing(larger)
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        return np.where(same, 0.0, np.where(np.isfinite(apart), apart, np.inf))


def compare(definition: Any, args: tuple, options: dict) -> Comparison:
    """Call the function and its gradient in every framework that is installed.

    `upstream` (an option) is the gradient with respect to the output: ones unless given; for an
    activation over classes, 1 for the first class and 0 for the others, since all ones cancel.
    """
    given = options.pop("upstream", None)
    (x, *others), options = definition.bind(args, options, definition.array_names)
    x = as_numbers(x, definition.array_names[0])
    x = x.astype(result_dtype(x))
    arrays = (x, *others)
    value = np.asarray(definition.call(*arrays, **options))
    upstream = _default_upstream(definition, value, options) if given is None else given
    upstream = fitted(np.asarray(upstream, value.dtype), value.shape, definition.name, "upstream")
    gradient = definition.backward(*arrays, upstream, **options)
    options.pop("validate", None)  # that has been done
    values, gradients = {"numpy": value}, {"numpy": np.asarray(gradient)}
    missing = {}
    for name, framework, run in (
        ("torch", torch, torch_value_and_gradient),
        ("tensorflow", tf, tensorflow_value_and_gradient),
    ):
        if framework.is_installed():
            values[name], gradients[name] = run(definition, arrays, options, upstream)
        else:
            missing[name] = f"{TITLES[name]} is not installed, so it is left out."
    return Comparison(definition.name, x, values, gradients, missing)


def _default_upstream(definition: Any, value: NDArray, options: dict) -> NDArray:
    if definition.kind == "loss" or definition.over != "classes":
        return np.ones_like(value)
    upstream = np.zeros_like(value)
    np.moveaxis(upstream, options.get("axis", -1), 0)[0] = 1
    return upstream


def torch_value_and_gradient(
    definition: Any, args: tuple, options: dict, upstream: NDArray
) -> tuple[NDArray, NDArray]:
    """The value in PyTorch, and autograd's gradient with respect to the first array."""
    x = torch.tensor(np.array(args[0]), requires_grad=True)
    y = definition.torch(x, *args[1:], **options)
    y.backward(torch.tensor(np.array(upstream)).to(y.dtype).reshape(y.shape))
    return y.detach().numpy(), x.grad.numpy()


def tensorflow_value_and_gradient(
    definition: Any, args: tuple, options: dict, upstream: NDArray
) -> tuple[NDArray, NDArray]:
    """The value in TensorFlow, and the tape's gradient with respect to the first array."""
    x = tf.constant(args[0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = definition.tensorflow(x, *args[1:], **options)
    gradient = tape.gradient(
        y,
        x,
        output_gradients=tf.constant(upstream, y.dtype),
        unconnected_gradients=tf.UnconnectedGradients.ZERO,
    )
    return y.numpy(), tf.convert_to_tensor(gradient).numpy()
