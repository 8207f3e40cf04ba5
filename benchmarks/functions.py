"""How fast each function is, as ratios against peers that are measured in the same run.

    python -m benchmarks.functions                         all functions, all sizes (an hour)
    python -m benchmarks.functions --sizes 10000 --seconds 0.03   all functions at one size
    python -m benchmarks.functions --quick sigmoid gelu    a few, float32, at 1e4 and 1e6

Peers: the function's own call in PyTorch (one and two threads) and in TensorFlow, SciPy where it
has one, the same formula applied to the whole array at once ("unblocked"), and a copy of the same
bytes, which is the floor. Below 1 means that ours is faster. "backward" is an upstream gradient
carried back to the input; in the frameworks, their autograd's backward pass without the forward.
Every time is the median over repetitions taken in turn, so that a slow moment hits all alike.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
    os.environ[pool] = "1"  # set before the libraries are imported
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402
from scipy import special  # noqa: E402

import actloss  # noqa: E402
from actloss import arrays  # noqa: E402
from actloss.arrays import PROBABILITY  # noqa: E402

SIZES = (100, 10_000, 1_000_000, 10_000_000)
N_CLASSES = 10

# What a user of each library would call. Not the wrappers of actloss, which add what the library's
# own function lacks.
TORCH: dict[str, Callable] = {
    "linear": lambda x: x.clone(),
    "exponential": torch.exp,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "relu6": F.relu6,
    "elu": F.elu,
    "celu": F.celu,
    "selu": F.selu,
    "softplus": F.softplus,
    "gelu": F.gelu,
    "silu": F.silu,
    "mish": F.mish,
    "sigmoid": torch.sigmoid,
    "hard_sigmoid": F.hardsigmoid,
    "log_sigmoid": F.logsigmoid,
    "tanh": torch.tanh,
    "softsign": F.softsign,
    "hard_swish": F.hardswish,
    "softmax": lambda x: F.softmax(x, -1),
    "log_softmax": lambda x: F.log_softmax(x, -1),
    "mean_squared_error": F.mse_loss,
    "root_mean_squared_error": lambda p, t: torch.sqrt(F.mse_loss(p, t)),
    "mean_absolute_error": F.l1_loss,
    "l1": lambda p, t: F.l1_loss(p, t, reduction="sum"),
    "l2": lambda p, t: F.mse_loss(p, t, reduction="sum"),
    "huber": F.huber_loss,
    "binary_cross_entropy": F.binary_cross_entropy,
    "binary_cross_entropy_with_logits": F.binary_cross_entropy_with_logits,
    "categorical_cross_entropy_with_logits": F.cross_entropy,
    "sparse_categorical_cross_entropy_with_logits": F.cross_entropy,
    "hinge": lambda p, t: F.relu(1 - (2 * t - 1) * p).mean(),
    "squared_hinge": lambda p, t: F.relu(1 - (2 * t - 1) * p).square().mean(),
    "multiclass_hinge": F.multi_margin_loss,
    "kl_divergence": lambda p, t: F.kl_div(p.log(), t, reduction="batchmean"),
    "gaussian_nll": F.gaussian_nll_loss,
    "poisson_nll": lambda p, t: F.poisson_nll_loss(p, t, log_input=False),
}
TENSORFLOW: dict[str, Callable] = {
    "exponential": tf.exp,
    "relu": tf.nn.relu,
    "leaky_relu": lambda x: tf.nn.leaky_relu(x, 0.01),
    "relu6": tf.nn.relu6,
    "elu": tf.nn.elu,
    "selu": tf.nn.selu,
    "softplus": tf.nn.softplus,
    "gelu": tf.nn.gelu,
    "silu": tf.nn.silu,
    "sigmoid": tf.nn.sigmoid,
    "log_sigmoid": tf.math.log_sigmoid,
    "tanh": tf.nn.tanh,
    "softsign": tf.nn.softsign,
    "softmax": tf.nn.softmax,
    "log_softmax": tf.nn.log_softmax,
    "mean_squared_error": lambda p, t: tf.reduce_mean(tf.math.squared_difference(p, t)),
    "mean_absolute_error": lambda p, t: tf.reduce_mean(tf.abs(p - t)),
    "binary_cross_entropy_with_logits": lambda p, t: tf.reduce_mean(
        tf.nn.sigmoid_cross_entropy_with_logits(labels=t, logits=p)
    ),
    "categorical_cross_entropy_with_logits": lambda p, t: tf.reduce_mean(
        tf.nn.softmax_cross_entropy_with_logits(labels=t, logits=p)
    ),
    "sparse_categorical_cross_entropy_with_logits": lambda p, t: tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=t, logits=p)
    ),
    "poisson_nll": lambda p, t: tf.reduce_mean(p - t * tf.math.log(p)),
}
SCIPY: dict[str, Callable] = {
    "sigmoid": special.expit,
    "log_sigmoid": special.log_expit,
    "softmax": lambda x: special.softmax(x, axis=-1),
    "log_softmax": lambda x: special.log_softmax(x, axis=-1),
    "gelu": lambda x: x * special.ndtr(x),
    "huber": lambda p, t: special.huber(1.0, p - t).mean(),
    "kl_divergence": lambda p, t: special.rel_entr(t, p).sum(axis=-1).mean(),
}


def inputs(function: Any, size: int, dtype: np.dtype) -> list[np.ndarray]:
    """Arrays that a call of the function may get, of `size` predictions in all."""
    rng = np.random.default_rng(0)
    definition = function.definition
    over_classes = function.over in ("classes", "examples")
    shape = (size // N_CLASSES, N_CLASSES) if over_classes else (size,)
    made = []
    for position, name in enumerate(definition.array_names):
        domain = definition.domains.get(name)
        if name == "slope":
            made.append(np.array(0.25, dtype))
        elif position == 1 and function.kind == "loss" and over_classes:
            made.append(_class_targets(definition, shape, rng, dtype))
        elif domain is PROBABILITY:
            values = rng.random(shape)
            if position == 1:
                values = np.round(values)
            elif over_classes:
                values /= values.sum(axis=-1, keepdims=True)
            made.append(values.astype(dtype))
        elif domain is not None or name == "counts" or definition.name == "poisson_nll":
            values = rng.gamma(2, 2, shape) + 0.1
            made.append((np.round(values) if position == 1 else values).astype(dtype))
        elif position == 1 and "hinge" in function.__name__:
            made.append(rng.integers(0, 2, shape).astype(dtype))
        else:
            made.append(rng.normal(size=shape).astype(dtype))
    return made


def _class_targets(definition: Any, shape: tuple, rng: Any, dtype: np.dtype) -> np.ndarray:
    labels = rng.integers(0, N_CLASSES, shape[0])
    if definition.target in ("labels", "either"):
        return labels
    if definition.name == "multinomial_nll":
        return rng.poisson(3, shape).astype(dtype)
    if definition.name == "kl_divergence":
        values = rng.random(shape) + 0.01
        return (values / values.sum(axis=-1, keepdims=True)).astype(dtype)
    return np.eye(N_CLASSES, dtype=dtype)[labels]


def calls(function: Any, size: int, dtype: np.dtype) -> dict[str, dict[str, Callable]]:
    """{"forward": {who: call}, "backward": {who: call}}."""
    name, data = function.__name__, inputs(function, size, dtype)
    out = np.asarray(function(*data))
    upstream = np.ones_like(out) if out.ndim else out.dtype.type(1)
    forward = {
        "ours": lambda: function(*data),
        "unblocked": lambda: unblocked(lambda: function(*data)),
        "copy": lambda: data[0].copy(),
    }
    backward = {
        "ours": lambda: function.backward(*data, upstream),
        "unblocked": lambda: unblocked(lambda: function.backward(*data, upstream)),
        "copy": lambda: data[0].copy(),
    }
    if name in SCIPY:
        forward["SciPy"] = lambda: SCIPY[name](*data)
    if name in TORCH:
        tensors = [torch.tensor(a) for a in data]
        seed = torch.tensor(upstream)
        graph_input = tensors[0].clone().requires_grad_()
        graph = TORCH[name](graph_input, *tensors[1:])
        for threads in (1, 2):
            who = f"PyTorch {threads}"
            forward[who] = with_threads(threads, lambda: TORCH[name](*tensors))
            backward[who] = with_threads(
                threads, lambda: torch.autograd.grad(graph, graph_input, seed, retain_graph=True)
            )
    if name in TENSORFLOW:
        constants = [tf.constant(a) for a in data]
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(constants[0])
            result = TENSORFLOW[name](*constants)
        forward["TensorFlow"] = lambda: TENSORFLOW[name](*constants)
        backward["TensorFlow"] = lambda: tape.gradient(result, constants[0])
    return {"forward": forward, "backward": backward}


def unblocked(call: Callable) -> Any:
    """The same call with one block as large as the array."""
    usual, arrays.BLOCK_BYTES = arrays.BLOCK_BYTES, 2**40
    try:
        return call()
    finally:
        arrays.BLOCK_BYTES = usual


def with_threads(threads: int, call: Callable) -> Callable:
    """The call, marked with its threads: `times` sets them before the clock starts."""

    def run() -> Any:
        return call()

    run.threads = threads
    return run


def times(contestants: dict[str, Callable], seconds: float) -> dict[str, float]:
    """The median time of each, taken in turn, for about `seconds` each."""
    loops: dict[str, int] = {}
    taken: dict[str, list[float]] = {who: [] for who in contestants}
    for turn in range(8):
        for who, call in contestants.items():
            torch.set_num_threads(getattr(call, "threads", 1))
            call()  # the first after another's turn finds cold caches and sleeping threads
            start = time.perf_counter()
            for _ in range(loops.get(who, 1)):
                call()
            once = (time.perf_counter() - start) / loops.get(who, 1)
            if turn == 0:
                loops[who] = max(1, int(seconds / 7 / max(once, 1e-7)))
            else:
                taken[who].append(once)
    return {who: statistics.median(values) for who, values in taken.items()}


def geometric_mean(values: list[float]) -> float:
    return math.exp(statistics.fmean(map(math.log, values))) if values else math.nan


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("functions", nargs="*", help="names; all if none")
    parser.add_argument("--quick", action="store_true", help="float32 at 1e4 and 1e6 only")
    parser.add_argument("--sizes", nargs="+", type=int, default=SIZES, help="numbers of elements")
    parser.add_argument("--seconds", type=float, default=0.1, help="time for each measurement")
    arguments = parser.parse_args()
    names = arguments.functions or actloss.catalog().names()
    sizes = (10_000, 1_000_000) if arguments.quick else arguments.sizes
    dtypes = (np.float32,) if arguments.quick else (np.float32, np.float64)
    peers = ("PyTorch 1", "PyTorch 2", "TensorFlow", "SciPy", "unblocked", "copy")
    print("Time of ours over the time of each peer; in the first column, microseconds of ours.")
    for dtype in dtypes:
        for size in sizes:
            means: dict[tuple[str, str], list[float]] = {}
            print(f"\n{np.dtype(dtype).name}, {size:,} elements")
            print(f"{'':46}{'ours':>9}" + "".join(f"{peer:>12}" for peer in peers))
            for name in names:
                for direction, contestants in calls(
                    actloss.catalog()[name], size, np.dtype(dtype)
                ).items():
                    took = times(contestants, arguments.seconds)
                    row = f"{name[:36]:37}{direction:9}{took['ours'] * 1e6:9.1f}"
                    for peer in peers:
                        if peer not in took:
                            row += f"{'-':>12}"
                            continue
                        ratio = took["ours"] / took[peer]
                        means.setdefault((direction, peer), []).append(ratio)
                        row += f"{ratio:12.2f}"
                    print(row, flush=True)
            for direction in ("forward", "backward"):
                row = f"{'geometric mean':37}{direction:9}{'':9}"
                row += "".join(
                    f"{geometric_mean(means.get((direction, p), [])):12.2f}" for p in peers
                )
                print(row)


if __name__ == "__main__":
    main()
