"""What an activation and a loss are.

A function's module holds its formula in NumPy, its derivative, its equivalents in PyTorch and
TensorFlow, and its facts; nothing else. All that functions share is here, once:

    @activation(formula=r"\\max(0, x)", ..., output_range=(0, inf))
    def relu(x):
        return np.maximum(x, 0)

    @derivative_of(relu)
    def _(x):
        return x > 0

    relu(x)   relu.derivative(x)   relu.backward(x, upstream)   relu.torch(t)   relu.tensorflow(t)

A body sees arrays of one floating dtype, at most one block at a time (`actloss.arrays`), and
returns values. It need not think of lists, integers, scalars, shapes, warnings or reductions.
Parameters without a default are arrays; those with one are options.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from actloss import arrays as _arrays
from actloss.arrays import PROBABILITY, Domain, Rows, check_broadcast, finished, fitted
from actloss.losscall import ElementsCall, RowsCall, check_single, times_upstream

REDUCTIONS = ("mean", "sum", "none")


@dataclass(frozen=True)
class Facts:
    """What there is to know about a function. Formulas are in LaTeX."""

    formula: str
    derivative_formula: str
    output_range: tuple[float, float]
    introduced: str = ""
    popularised: str = ""
    zero_centred: bool | None = None
    monotonic: bool | None = None
    smooth: bool | None = None
    saturates: bool | None = None
    convex: bool | None = None
    used_in: str = ""
    goes_wrong: str = ""
    references: tuple[str, ...] = ()
    plot_range: tuple[float, float] = (-6, 6)
    plot_with: Mapping[str, Any] = field(default_factory=dict)
    """The other arguments of the curve on the card, by name: a loss's target, for one."""


class Activation(Protocol):
    """An activation: call it on an array, or ask it for its derivative and its equivalents."""

    __name__: str
    facts: Facts
    kind: str
    over: str
    definition: Any

    def __call__(self, x: ArrayLike, *arrays: ArrayLike, **options: Any) -> Any: ...
    def derivative(self, x: ArrayLike, *arrays: ArrayLike, **options: Any) -> Any: ...
    def backward(self, x: ArrayLike, *arrays: ArrayLike, **options: Any) -> Any: ...
    def torch(self, x: Any, *arrays: Any, **options: Any) -> Any: ...
    def tensorflow(self, x: Any, *arrays: Any, **options: Any) -> Any: ...
    def compare(self, x: ArrayLike, *arrays: ArrayLike, **options: Any) -> Any: ...


class Loss(Protocol):
    """A loss: call it on a prediction and a target, or ask it for its gradient."""

    __name__: str
    facts: Facts
    kind: str
    over: str
    definition: Any

    def __call__(
        self, prediction: ArrayLike, target: ArrayLike, *arrays: ArrayLike, **options: Any
    ) -> Any: ...
    def gradient(
        self, prediction: ArrayLike, target: ArrayLike, *arrays: ArrayLike, **options: Any
    ) -> Any: ...
    def backward(
        self, prediction: ArrayLike, target: ArrayLike, *arrays: ArrayLike, **options: Any
    ) -> Any: ...
    def torch(self, prediction: Any, target: Any, *arrays: Any, **options: Any) -> Any: ...
    def tensorflow(self, prediction: Any, target: Any, *arrays: Any, **options: Any) -> Any: ...
    def compare(
        self, prediction: ArrayLike, target: ArrayLike, *arrays: ArrayLike, **options: Any
    ) -> Any: ...


# --- the decorators -----------------------------------------------------------------------------


def activation(
    *, over: str = "elements", domains: Mapping[str, Domain] | None = None, **facts: Any
) -> Callable[[Callable], Activation]:
    """Make an activation of a body.

    over : "elements", or "classes" for a body that mixes the classes along `axis` (softmax): it
        then gets blocks of shape (classes, examples).
    domains : the allowed values of arguments, by name.
    facts : the fields of `Facts`.
    """

    def decorate(body: Callable) -> Activation:
        return _Activation(body, over, domains or {}, Facts(**facts)).public

    return decorate


def loss(
    *,
    over: str | Callable[[dict], str] = "elements",
    target: str = "distribution",
    domains: Mapping[str, Domain] | None = None,
    prepare: Mapping[str, Callable[[NDArray], NDArray]] | None = None,
    reduction: str = "mean",
    **facts: Any,
) -> Callable[[Callable], Loss]:
    """Make a loss of a body that gives one value per element, or one per example.

    over : what one value is made from. "elements": each element. "classes": an example's classes,
        along `axis`. "examples": all axes but the first. "axis": everything, or `axis` where given,
        with no reduction afterwards. A function of the options where they decide.
        Except for "elements", a body gets blocks of shape (classes, examples).
    target : for a loss over classes, what a target is: a "distribution" (or one-hot row) of the
        prediction's shape, "labels" (whole numbers, the prediction's shape without the class axis),
        or "either" (the body then sees one-hot columns).
    domains : the allowed values of arguments, by name.
    prepare : what is done to a whole argument before the body sees it, by name.
    reduction : the default.
    facts : the fields of `Facts`.
    """

    def decorate(body: Callable) -> Loss:
        definition = _Loss(
            body,
            over,
            domains or {},
            Facts(**facts),
            target=target,
            prepare=prepare or {},
            reduction=reduction,
        )
        return definition.public

    return decorate


def derivative_of(function: Activation, wrt: str | None = None) -> Callable[[Callable], Callable]:
    """Register the derivative with respect to the first array, or to the one named `wrt`.

    Over elements: the derivative of each element. Over classes: the Jacobian, of shape (classes
    out, classes in, examples).
    """
    return _register(function, "derivatives", wrt)


def gradient_of(function: Loss, wrt: str | None = None) -> Callable[[Callable], Callable]:
    """Register the gradient of each unreduced value with respect to the prediction, or `wrt`."""
    return _register(function, "derivatives", wrt)


def backward_of(function: Activation) -> Callable[[Callable], Callable]:
    """Register upstream times Jacobian, for an activation over classes: body(z, upstream)."""
    return _register(function, "products", None)


def weights_of(function: Loss) -> Callable[[Callable], Callable]:
    """Register how much each example counts in the mean; None for "all the same"."""
    return _register(function, "weights", None)


def in_torch(function: Activation | Loss, name: str = "") -> Callable[[Callable], Callable]:
    """Register the PyTorch equivalent. Its arrays come as tensors.

    A loss's body may take `reduction` and hand it on; otherwise it returns unreduced values.
    `name` is what PyTorch's own is called, the nearest where it differs; empty where it has none.
    """
    function.definition.framework_names["torch"] = name
    return _register(function, "frameworks", "torch")


def in_tensorflow(function: Activation | Loss, name: str = "") -> Callable[[Callable], Callable]:
    """Register the TensorFlow equivalent; as `in_torch`."""
    function.definition.framework_names["tensorflow"] = name
    return _register(function, "frameworks", "tensorflow")


def _register(function: Any, table: str, key: str | None) -> Callable[[Callable], Callable]:
    def decorate(body: Callable) -> Callable:
        getattr(function.definition, table)[key] = body
        return body

    return decorate


# --- what they make -----------------------------------------------------------------------------


class _Definition:
    """A body with all that belongs to it. `public` is the function that a learner calls."""

    kind = ""
    methods: tuple[str, ...] = ()
    call: Callable[..., Any]
    shapes: Callable[[], str]
    returns: Callable[[], str]
    _shared_options: Callable[[], dict[str, Any]]

    def __init__(self, body: Callable, over: Any, domains: Mapping[str, Domain], facts: Facts):
        self.body, self.over, self.domains, self.facts = body, over, domains, facts
        self.name = body.__name__
        parameters = inspect.signature(body).parameters.values()
        self.array_names = tuple(p.name for p in parameters if p.default is p.empty)
        self.option_names = tuple(p.name for p in parameters if p.default is not p.empty)
        self.derivatives: dict[str | None, Callable] = {}
        self.products: dict[None, Callable] = {}
        self.weights: dict[None, Callable] = {}
        self.frameworks: dict[str, Callable] = {}
        self.framework_names: dict[str, str] = {}
        self.shared_options = self._shared_options()
        self.public = self._publish()

    def _publish(self) -> Any:
        """A plain function, so that help, ??, completion and pickle treat it as one."""

        @functools.wraps(self.body)
        def call(*args: Any, **options: Any) -> Any:
            return self.call(*args, **options)

        public: Any = call  # for type checkers: a function with attributes of its own
        public.__doc__ = self.documentation()
        signature = inspect.signature(self.body)
        shown = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default)
            for name, default in self.shared_options.items()
        ]
        public.__signature__ = signature.replace(
            parameters=[*signature.parameters.values(), *shown]
        )
        public.definition, public.facts, public.kind = self, self.facts, self.kind
        public.over = self.over if isinstance(self.over, str) else "elements"
        for name in self.methods:
            setattr(public, name, self._method(name))
        public._ipython_display_ = self._show_card
        return public

    def documentation(self) -> str:
        """What help() says: the body's own words, then what holds for every function."""
        own = inspect.cleandoc(self.body.__doc__ or "")
        low, high = self.facts.output_range
        lines = [
            f"{', '.join(self.array_names)} : {self.shapes()}",
            f"Returns {self.returns()}, from {low:g} to {high:g}. The first array's dtype decides "
            "the result's: integers, booleans and lists become float64.",
            "Raises TypeError for what is not real numbers, ValueError for shapes that do not fit"
            + "".join(f", {name} outside {domain}" for name, domain in self.domains.items())
            + ".",
        ]
        credit = [text for text in (self.facts.introduced, self.facts.popularised) if text]
        return "\n\n".join([own, *lines, *([f"Source: {'; '.join(credit)}."] if credit else [])])

    def _method(self, name: str) -> Callable:
        """`relu.derivative`: a function too, found by pickle under that dotted name."""
        bound = getattr(self, name)

        def method(*args: Any, **options: Any) -> Any:
            return bound(*args, **options)

        method.__name__, method.__qualname__ = name, f"{self.name}.{name}"
        method.__module__, method.__doc__ = self.body.__module__, bound.__doc__
        return method

    def _show_card(self) -> None:
        """What a notebook shows for the function on the last line of a cell."""
        from IPython.display import display

        from actloss.card import card

        display(card(self.public), raw=True)

    def torch(self, *args: Any, **options: Any) -> Any:
        """The same in PyTorch: tensors in, a tensor out; autograd goes through it."""
        from actloss.frameworks import call_torch

        return call_torch(self, args, options)

    def tensorflow(self, *args: Any, **options: Any) -> Any:
        """The same in TensorFlow: tensors in, a tensor out; a GradientTape goes through it."""
        from actloss.frameworks import call_tensorflow

        return call_tensorflow(self, args, options)

    def compare(self, *args: Any, **options: Any) -> Any:
        """Values and gradients in NumPy, PyTorch and TensorFlow, side by side."""
        from actloss.comparison import compare

        return compare(self, args, options)

    # --- arguments

    def bind(self, args: tuple, options: dict, names: tuple[str, ...]) -> tuple[list[Any], dict]:
        """The arrays of a call, in the order of `names`, and its options by name."""
        if len(args) == len(names) and not options:
            return list(args), {}
        positional = (*names, *self.option_names)
        if len(args) > len(positional):
            raise TypeError(f"{self.name} got too many arguments: {len(args)}.")
        given = dict(zip(positional, args, strict=False))
        for name in options:
            if name in given:
                raise TypeError(f"{self.name} got {name} twice: by position and by name.")
            if name not in positional and name not in self.shared_options:
                known = ", ".join([*self.option_names, *self.shared_options]) or "none"
                raise TypeError(f"{self.name} has no option {name!r}. Its options: {known}.")
        given.update(options)
        missing = [name for name in names if name not in given]
        if missing:
            raise TypeError(f"{self.name} needs {', '.join(names)}; {missing[0]} is missing.")
        if given.get("reduction", "none") not in REDUCTIONS:
            raise ValueError(
                f"reduction must be one of {', '.join(REDUCTIONS)}, but is {given['reduction']!r}."
            )
        return [given.pop(name) for name in names], given

    def split(
        self, args: tuple, options: dict, names: tuple[str, ...]
    ) -> tuple[list[NDArray], np.dtype, dict]:
        """As `bind`, with the arrays as numbers; and the dtype of the result."""
        bound, options = self.bind(args, options, names)
        given = [_arrays.as_numbers(x, name) for x, name in zip(bound, names, strict=True)]
        return given, _arrays.result_dtype(given[0]), options

    def check_domains(self, given: list[NDArray], options: dict, but: str | None = None) -> None:
        """ValueError for a value outside what its argument, other than `but`, may hold."""
        for name, domain in self.domains.items():
            if name in self.array_names:
                if name != but:
                    domain.check(given[self.array_names.index(name)], name)
            elif options.get(name) is not None:
                domain.check(np.asarray(options[name], float), name)

    def derivative_body(self, wrt: str | None) -> Callable:
        key = None if wrt == self.array_names[0] else wrt
        if key not in self.derivatives:
            known = [self.array_names[0], *(k for k in self.derivatives if k)]
            raise ValueError(f"{self.name} has gradients for {', '.join(known)}; not for {wrt!r}.")
        return self.derivatives[key]

    def index_of(self, wrt: str | None) -> int:
        return 0 if wrt is None else self.array_names.index(wrt)


def _nan_stays(slope: Callable) -> Callable:
    """A slope that only asks whether x > 0 would hide that x is not a number."""

    def body(x: NDArray, *arrays: NDArray, **options: Any) -> NDArray:
        out = slope(x, *arrays, **options)
        if not math.isnan(x.sum()):  # quicker than to ask every element
            return out
        return np.where(np.isnan(x), x, out)

    return body


class _Activation(_Definition):
    kind = "activation"
    methods = ("derivative", "backward", "torch", "tensorflow", "compare")

    def _shared_options(self) -> dict[str, Any]:
        return {"axis": -1} if self.over == "classes" else {}

    def derivative_body(self, wrt: str | None) -> Callable:
        slope = super().derivative_body(wrt)
        return slope if self.over == "classes" else _nan_stays(slope)

    def shapes(self) -> str:
        if self.over == "classes":
            return "array of any shape, its classes along `axis` (an option; the last by default)."
        return "numbers or arrays of any shapes that broadcast."

    def returns(self) -> str:
        return "an array of that shape, or a NumPy scalar for a number"

    def call(self, *args: Any, **options: Any) -> Any:
        return self._evaluate(self.body, args, options)

    def derivative(self, *args: Any, wrt: str | None = None, **options: Any) -> Any:
        """The slope at each element of x; for a function over classes, the Jacobian.

        A Jacobian has the class axis twice at the end: [..., i, j] is how much output i grows with
        input j. `wrt` names another array to differentiate by: prelu's "slope".
        """
        jacobian = self.over == "classes"
        return self._evaluate(self.derivative_body(wrt), args, options, jacobian=jacobian)

    def backward(self, *args: Any, wrt: str | None = None, **options: Any) -> Any:
        """`upstream` times the derivative (for a function over classes, times the Jacobian).

        `upstream` is the gradient of a loss with respect to the output, and follows the arrays:
        `relu.backward(x, upstream)`. What returns is its gradient with respect to x, in x's shape.
        """
        slope = self.derivative_body(wrt)
        if self.over == "classes":
            return self._evaluate(self.products[None], args, options, upstream=True)
        product = times_upstream(slope)
        return self._evaluate(product, args, options, upstream=True, like=self.index_of(wrt))

    def _evaluate(
        self,
        body: Callable,
        args: tuple,
        options: dict,
        upstream: bool = False,
        jacobian: bool = False,
        like: int | None = None,
    ) -> Any:
        names = (*self.array_names, "upstream") if upstream else self.array_names
        given, dtype, options = self.split(args, options, names)
        if self.over == "classes":
            axis = options.pop("axis", -1)
            check_single(options, self.name)
        if self.domains:
            self.check_domains(given, options)
        body = functools.partial(body, **options) if options else body
        arrays = given[: len(self.array_names)]
        if len(arrays) > 1:
            check_broadcast(arrays, self.array_names, self.name)
        if upstream:
            shape = _arrays.broadcast_shape(arrays)
            given[-1] = fitted(given[-1], shape, self.name, "upstream")
        with np.errstate(all="ignore"):
            if self.over == "classes":
                out = Rows(given[0], axis, self.name).map(body, given, dtype, jacobian)
            else:
                out = _arrays.elementwise(body, given, dtype)
                if like is not None:
                    out = _arrays.sum_to_shape(out, given[like].shape)
            return finished(out, dtype)


class _Loss(_Definition):
    kind = "loss"
    methods = ("gradient", "backward", "torch", "tensorflow", "compare")

    def __init__(self, *args: Any, target: str, prepare: Mapping, reduction: str):
        self.target, self.prepare, self.reduction = target, prepare, reduction
        super().__init__(*args)

    def _shared_options(self) -> dict[str, Any]:
        """The options that the body need not know of, with their defaults."""
        if self.over == "axis":
            return {"axis": None}
        options: dict[str, Any] = {"reduction": self.reduction}
        if self.over not in ("elements", "examples"):
            options["axis"] = -1
            if self.target == "labels":
                options["ignore_index"] = None
            if PROBABILITY in self.domains.values():
                options["validate"] = False
        return options

    def shapes(self) -> str:
        if callable(self.over):
            return 'as mode says. "binary": any shapes that broadcast; "categorical": over classes.'
        labels = {
            "labels": "class numbers of that shape without `axis`",
            "either": "one-hot of that shape, or class numbers without `axis`",
            "distribution": "one number for every class, in that shape",
        }
        return {
            "elements": "numbers or arrays of any shapes that broadcast.",
            "axis": "arrays of any shapes that broadcast.",
            "examples": "arrays of one shape, the examples along the first axis.",
            "classes": "array of any shape, its classes along `axis` (the last by default); "
            f"target: {labels[self.target]}.",
        }[self.over]

    def returns(self) -> str:
        if self.over == "axis":
            return "one number, or one for every position outside `axis`"
        each = "element" if self.over == "elements" else "example"
        return f'one number, or with reduction="none" one for every {each}'

    def call(self, *args: Any, **options: Any) -> Any:
        call, reduction, _ = self._begin(args, options, self.array_names)
        with np.errstate(all="ignore"):
            if reduction == "none":
                return finished(call.values(), call.dtype)
            total, count = call.total()
            if reduction == "mean":
                mean = total / count if count else np.nan
                if count and not math.isfinite(mean):  # the sum may overflow where no value does
                    mean = np.sum(call.values() / count)
                total = mean
            return call.dtype.type(total)

    def gradient(self, *args: Any, wrt: str | None = None, **options: Any) -> Any:
        """The gradient of the (reduced) loss with respect to the prediction, in its shape.

        `wrt` names another array to differentiate by, where the loss has such a gradient.
        """
        call, reduction, _ = self._begin(args, options, self.array_names)
        return self._scaled_gradient(call, reduction, np.array(1.0), wrt)

    def backward(self, *args: Any, wrt: str | None = None, **options: Any) -> Any:
        """`upstream` times the gradient.

        `upstream` follows the arrays: a number or, with reduction="none", one for every value.
        """
        call, reduction, upstream = self._begin(args, options, (*self.array_names, "upstream"))
        if reduction != "none" and upstream.size != 1:
            raise ValueError(
                f"{self.name} with reduction={reduction!r} is one number, so its upstream gradient "
                f"is one number too, but it has shape {upstream.shape}."
            )
        if reduction != "none":
            upstream = upstream.reshape(())
        return self._scaled_gradient(call, reduction, upstream, wrt)

    def _scaled_gradient(
        self, call: Any, reduction: str, upstream: NDArray, wrt: str | None
    ) -> Any:
        with np.errstate(all="ignore"):
            if reduction == "mean":
                upstream = upstream / np.float64(call.count())
            out = call.gradient(self.derivative_body(wrt), self.index_of(wrt), upstream)
            return finished(out, call.dtype)

    def _begin(self, args: tuple, options: dict, names: tuple[str, ...]) -> tuple[Any, str, Any]:
        """One call with its arguments checked, its reduction, and the upstream gradient if any."""
        given, dtype, options = self.split(args, options, names)
        shared = {name: options.pop(name, default) for name, default in self.shared_options.items()}
        reduction = shared.get("reduction", "none")
        over = self.over(options) if callable(self.over) else self.over
        labels = (
            self.target == "either" and over == "classes" and given[1].ndim == given[0].ndim - 1
        )
        self.check_domains(given, options, but="target" if labels else None)
        upstream = given.pop() if len(names) > len(self.array_names) else None
        for index, name in enumerate(self.array_names):
            if name in self.prepare:
                given[index] = self.prepare[name](given[index])
        kind = ElementsCall if over == "elements" else RowsCall
        return kind(self, over, given, dtype, options, shared), reduction, upstream
