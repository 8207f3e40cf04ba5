"""Inputs for every loss, on which all that losses share is tested.

Each case is well inside the loss's domain and away from its kinks; `EXTREMES` go to its ends.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import actloss.losses

Generator = np.random.Generator


@dataclass(frozen=True)
class Case:
    """Arrays for the loss called `name`, prediction first, and options."""

    name: str
    arrays: Callable[[Generator], tuple]
    options: dict[str, Any] = field(default_factory=dict)
    title: str = ""

    @property
    def loss(self) -> Any:
        return getattr(actloss.losses, self.name)

    @property
    def over_classes(self) -> bool:
        return self.loss.over == "classes" or self.options.get("mode") == "categorical"

    @property
    def reductions(self) -> list[dict[str, Any]]:
        if self.loss.over == "axis":
            return [{}, {"axis": 1}, {"axis": 0}]
        return [{"reduction": reduction} for reduction in ("mean", "sum", "none")]

    def given(self, dtype: type = np.float64, seed: int = 0) -> list[np.ndarray]:
        """The arrays, real numbers in `dtype`."""
        arrays = self.arrays(np.random.default_rng(seed))
        return [a.astype(dtype) if a.dtype.kind == "f" else a for a in map(np.asarray, arrays)]

    def __str__(self) -> str:
        return f"{self.name}, {self.title}" if self.title else self.name


SHAPE = (5, 4)


def real(rng: Generator) -> np.ndarray:
    return rng.normal(0, 2, SHAPE)


def positive(rng: Generator) -> np.ndarray:
    return rng.uniform(0.2, 6, SHAPE)


def counts(rng: Generator) -> np.ndarray:
    return rng.poisson(3, SHAPE).astype(float)


def probability(rng: Generator) -> np.ndarray:
    return rng.uniform(0.02, 0.98, SHAPE)


def distribution(rng: Generator) -> np.ndarray:
    return 0.05 + 0.8 * rng.dirichlet(np.ones(SHAPE[1]), SHAPE[0])


def binary(rng: Generator) -> np.ndarray:
    return rng.integers(0, 2, SHAPE)


def labels(rng: Generator) -> np.ndarray:
    return rng.integers(0, SHAPE[1], SHAPE[0])


def one_hot(rng: Generator) -> np.ndarray:
    return np.eye(SHAPE[1])[labels(rng)]


def row(values: list[float]) -> Callable[[Generator], np.ndarray]:
    return lambda rng: np.array(values)


def each(*makers: Callable[[Generator], np.ndarray]) -> Callable[[Generator], tuple]:
    return lambda rng: tuple(make(rng) for make in makers)


WEIGHTS = [0.5, 1.0, 2.0, 4.0]

CASES = [
    Case("mean_squared_error", each(real, real)),
    Case("mean_squared_error", each(real, row(WEIGHTS)), title="one target for all rows"),
    Case("root_mean_squared_error", each(real, real)),
    Case("mean_absolute_error", each(real, real)),
    Case("l1", each(real, real)),
    Case("l2", each(real, real)),
    Case("huber", each(real, real)),
    Case("huber", each(real, real), {"delta": 0.3}, "delta"),
    Case("log_cosh", each(real, real)),
    Case("quantile", each(real, real)),
    Case("quantile", each(real, real), {"quantile": 0.9}, "0.9"),
    Case("binary_cross_entropy", each(probability, binary)),
    Case("binary_cross_entropy", each(probability, probability), title="soft targets"),
    Case("binary_cross_entropy", each(probability, binary), {"clip": 0.3}, "clip"),
    Case("binary_cross_entropy_with_logits", each(real, binary)),
    Case("binary_cross_entropy_with_logits", each(real, probability), title="soft targets"),
    Case("binary_cross_entropy_with_logits", each(real, binary), {"pos_weight": 3.0}, "weight"),
    Case(
        "binary_cross_entropy_with_logits", each(real, binary), {"pos_weight": WEIGHTS}, "weights"
    ),
    Case("categorical_cross_entropy", each(distribution, one_hot)),
    Case("categorical_cross_entropy", each(distribution, distribution), title="soft targets"),
    Case(
        "categorical_cross_entropy",
        each(distribution, distribution),
        {"class_weights": WEIGHTS},
        "weights",
    ),
    Case("categorical_cross_entropy", each(distribution, one_hot), {"clip": 0.2}, "clip"),
    Case("categorical_cross_entropy_with_logits", each(real, one_hot)),
    Case("categorical_cross_entropy_with_logits", each(real, distribution), title="soft targets"),
    Case(
        "categorical_cross_entropy_with_logits",
        each(real, one_hot),
        {"class_weights": WEIGHTS, "label_smoothing": 0.2},
        "weights, smoothing",
    ),
    Case("sparse_categorical_cross_entropy", each(distribution, labels)),
    Case("sparse_categorical_cross_entropy", each(distribution, labels), {"ignore_index": 2}, "2"),
    Case(
        "sparse_categorical_cross_entropy",
        each(distribution, labels),
        {"class_weights": WEIGHTS, "clip": 0.2},
        "weights, clip",
    ),
    Case("sparse_categorical_cross_entropy_with_logits", each(real, labels)),
    Case(
        "sparse_categorical_cross_entropy_with_logits",
        each(real, labels),
        {"ignore_index": 2, "class_weights": WEIGHTS},
        "weights, ignored",
    ),
    Case(
        "sparse_categorical_cross_entropy_with_logits",
        each(real, labels),
        {"label_smoothing": 0.2, "class_weights": WEIGHTS},
        "weights, smoothing",
    ),
    Case("focal", each(probability, binary)),
    Case("focal", each(probability, probability), {"gamma": 1.5, "alpha": 0.25}, "soft targets"),
    Case("focal", each(distribution, labels), {"mode": "categorical"}, "labels"),
    Case(
        "focal",
        each(distribution, distribution),
        {"mode": "categorical", "alpha": WEIGHTS},
        "categorical",
    ),
    Case("focal_with_logits", each(real, binary)),
    Case("focal_with_logits", each(real, probability), {"gamma": 1.5, "alpha": 0.25}, "soft"),
    Case("focal_with_logits", each(real, labels), {"mode": "categorical"}, "labels"),
    Case(
        "focal_with_logits",
        each(real, distribution),
        {"mode": "categorical", "alpha": WEIGHTS},
        "categorical",
    ),
    Case("hinge", each(real, binary)),
    Case("squared_hinge", each(real, binary)),
    Case("multiclass_hinge", each(real, labels)),
    Case("multiclass_hinge", each(real, labels), {"weston_watkins": True}, "Weston and Watkins"),
    Case("kl_divergence", each(distribution, distribution)),
    Case("gaussian_nll", each(real, real, positive)),
    Case("gaussian_nll", each(real, real, positive), {"full": True}, "full"),
    Case("poisson_nll", each(positive, counts)),
    Case("poisson_nll", each(real, counts), {"log_input": True, "full": True}, "log, full"),
    Case("negative_binomial_nll", each(positive, counts, positive)),
    Case("multinomial_nll", each(real, counts)),
    Case("multinomial_nll", each(real, counts), {"full": True}, "full"),
    Case("dice", each(probability, binary)),
    Case("dice", each(probability, probability), {"smoothing": 0.5}, "smoothing"),
]

# --- the ends of their domains -------------------------------------------------------------------

ENDS = np.array([0, 1e-300, 1e-30, 1e-8, 0.5, 1 - 1e-7, 1 - 2.0**-53, 1])
LOGITS = np.array([-1e4, -750, -100, -17, -1e-9, 0, 1e-300, 12, 40, 700.1, 1e4])
ROWS = np.array(
    [[17.0, 0, 0], [0, 17, 0], [40, -40, 0], [700.1, 0, -3], [-88, -1e4, 1e4], [0, 0, 0], [5, 5, 4]]
)
RATES = np.array([1e-300, 1e-30, 1e-8, 2, 50, 1e8])


def ends(prediction: np.ndarray, *targets: float) -> Callable[[Generator], tuple]:
    """Every prediction with every target."""
    return lambda rng: (
        np.repeat(prediction, len(targets)),
        np.tile(np.array(targets, float), len(prediction)),
    )


def rows_with_labels(rng: Generator) -> tuple:
    return np.repeat(ROWS, 3, axis=0), np.tile(np.arange(3), len(ROWS))


def rows_with_one_hot(rng: Generator) -> tuple:
    rows, labels = rows_with_labels(rng)
    return rows, np.eye(3)[labels]


def certain_rows(rng: Generator) -> tuple:
    certain = np.array([[1.0, 0, 0], [1 - 1e-9, 1e-9, 0], [0.5, 0.5, 0], [1e-300, 1, 1e-30]])
    return np.repeat(certain, 3, axis=0), np.tile(np.eye(3), (len(certain), 1))


def certain_rows_with_labels(rng: Generator) -> tuple:
    rows, targets = certain_rows(rng)
    return rows, targets.argmax(axis=1)


EXTREMES = [
    Case("binary_cross_entropy", ends(ENDS, 0, 1, 0.5)),
    Case("binary_cross_entropy_with_logits", ends(LOGITS, 0, 1, 0.25)),
    Case("categorical_cross_entropy", certain_rows),
    Case("categorical_cross_entropy_with_logits", rows_with_one_hot),
    Case("sparse_categorical_cross_entropy", certain_rows_with_labels),
    Case("sparse_categorical_cross_entropy_with_logits", rows_with_labels),
    Case("focal", ends(ENDS, 0, 1)),
    Case("focal", certain_rows_with_labels, {"mode": "categorical"}, "categorical"),
    Case("focal_with_logits", ends(LOGITS, 0, 1)),
    Case("focal_with_logits", rows_with_labels, {"mode": "categorical"}, "categorical"),
    Case("log_cosh", ends(LOGITS, 0)),
    Case("huber", ends(LOGITS, 0)),
    Case("hinge", ends(LOGITS, 0, 1)),
    Case("squared_hinge", ends(LOGITS, 0, 1)),
    Case("multiclass_hinge", rows_with_labels),
    Case("poisson_nll", ends(RATES, 0, 1, 30)),
    Case("multinomial_nll", rows_with_one_hot),
    Case("kl_divergence", certain_rows),
]
