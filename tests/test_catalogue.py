"""The catalogue, the cards and the comparison: all made from the functions' own modules."""

import functools
import re
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import tensorflow as tf
import torch
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import actloss
from actloss.activations import relu, sigmoid
from actloss.card import as_html, as_text, curve, plot
from actloss.comparison import ulps_apart
from actloss.function import Facts
from actloss.losses import huber

FUNCTIONS = list(actloss.catalog())
NAMES = actloss.catalog().names()

# The functions that the course promises.
ACTIVATIONS = [
    "linear",
    "step",
    "exponential",
    "relu",
    "leaky_relu",
    "prelu",
    "relu6",
    "elu",
    "celu",
    "selu",
    "softplus",
    "gelu",
    "silu",
    "mish",
    "sigmoid",
    "hard_sigmoid",
    "log_sigmoid",
    "tanh",
    "softsign",
    "hard_swish",
    "softmax",
    "log_softmax",
]
LOSSES = [
    "mean_squared_error",
    "root_mean_squared_error",
    "mean_absolute_error",
    "l1",
    "l2",
    "huber",
    "log_cosh",
    "quantile",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "categorical_cross_entropy",
    "categorical_cross_entropy_with_logits",
    "sparse_categorical_cross_entropy",
    "sparse_categorical_cross_entropy_with_logits",
    "focal",
    "focal_with_logits",
    "hinge",
    "squared_hinge",
    "multiclass_hinge",
    "kl_divergence",
    "gaussian_nll",
    "poisson_nll",
    "negative_binomial_nll",
    "multinomial_nll",
    "dice",
]


def test_every_promised_function_is_there_once():
    assert sorted(NAMES) == sorted(ACTIVATIONS + LOSSES)
    assert {f.__name__ for f in FUNCTIONS if f.kind == "loss"} == set(LOSSES)


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_facts_are_complete(function):
    facts = function.facts
    assert facts.formula
    assert facts.derivative_formula
    assert facts.used_in
    assert facts.goes_wrong
    assert facts.output_range[0] < facts.output_range[1]
    for credit in (facts.introduced, facts.popularised, *facts.references):
        assert not credit or re.search(r"\((1[789]|20)\d\d\)", credit), credit
    assert facts.smooth is not None
    assert (facts.convex if function.kind == "loss" else facts.monotonic) is not None
    assert set(function.definition.frameworks) == {"torch", "tensorflow"}


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_a_framework_has_what_is_called_its_own(function):
    for framework, name in function.definition.framework_names.items():
        first, *rest = name.split(".")
        assert first in ("", {"torch": "torch", "tensorflow": "tf"}[framework])
        if name:
            assert callable(functools.reduce(getattr, rest, {"torch": torch, "tf": tf}[first]))


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_values_along_the_curve_keep_to_the_facts(function):
    facts = function.facts
    x, value, slope = curve(function)
    assert value.shape == slope.shape == x.shape
    low, high = facts.output_range
    assert np.nanmin(value) >= low
    assert np.nanmax(value) <= high
    if facts.monotonic:
        steps = np.diff(value)
        assert np.all(steps >= -1e-12) or np.all(steps <= 1e-12)
    elif facts.monotonic is False:
        wide = np.linspace(-6, 6, 2001)
        values = function(wide, *[0.25] * (len(function.definition.array_names) - 1))
        assert np.any(np.diff(values) > 0)
        assert np.any(np.diff(values) < 0)
    if function.kind == "loss" and facts.convex and function.over == "elements":
        finite = value[np.isfinite(value)]
        assert np.all(np.diff(finite, 2) >= -1e-9)


@pytest.mark.parametrize("function", FUNCTIONS, ids=NAMES)
def test_card(function):
    text, page = as_text(function), as_html(function)
    assert function.__name__ in text
    assert function.facts.formula in text
    svg = ElementTree.fromstring(plot(function))
    assert len(svg.attrib["aria-label"]) > 60
    assert "nan" not in svg.attrib["aria-label"]
    drawn = [node.attrib["d"] for node in svg if node.tag == "path"]
    assert "nan" not in page.lower().split("<svg")[1].split("</svg>")[0]
    assert len(drawn[-2]) > 100
    assert "currentColor" in page
    assert "#" not in re.sub(r"&#\w+;", "", plot(function))
    assert page.count("<details>") == page.count("</details>") >= 4
    assert "def " in page
    assert 'scope="row"' in page


def test_a_cell_that_ends_in_a_function_shows_its_card():
    shell = InteractiveShell.instance()
    with capture_output() as shown:
        shell.run_cell("from actloss.activations import relu\nrelu")
    assert shown.outputs[0].data["text/plain"] == as_text(relu)
    assert shown.outputs[0].data["text/html"] == as_html(relu)


def test_filters():
    losses = actloss.catalog(kind="loss")
    assert sorted(losses.names()) == sorted(LOSSES)
    saturating = actloss.catalog(kind="activation", saturates=True)
    assert {"sigmoid", "tanh"} <= set(saturating.names())
    assert "relu" not in saturating.names()
    assert "sigmoid" in actloss.catalog("sigmoid").names()
    assert len(actloss.catalog("no such word anywhere")) == 0
    with pytest.raises(ValueError, match="colour"):
        actloss.catalog(colour="red")
    with pytest.raises(KeyError, match="no function 'rely'"):
        actloss.catalog()["rely"]
    assert actloss.catalog()["relu"] is relu


def test_catalogue_as_table_and_as_text():
    shown = actloss.catalog()
    assert shown._repr_html_().count("<tr>") == len(shown) + 1
    assert str(shown).splitlines()[0] == f"{len(FUNCTIONS)} functions"
    assert "sigmoid" in str(shown)


def test_compare_shows_three_frameworks_and_a_convention():
    shown = sigmoid.compare([-1.0, 0.0, 1.0])
    assert set(shown.values) == set(shown.gradients) == {"numpy", "torch", "tensorflow"}
    assert shown.ulps("torch").max() < 10
    assert shown.ulps("tensorflow", "gradients").max() < 10
    assert "PyTorch" in str(shown)
    assert "<caption>" in shown._repr_html_()
    loss = huber.compare([0.5, 3.0], [0.0, 0.0], delta=2.0)
    assert loss.values["numpy"].shape == ()
    assert loss.gradients["torch"].shape == (2,)


def test_compare_takes_a_call_as_the_function_does():
    by_name = huber.compare(target=[0.0, 0.0], prediction=[0.5, 3.0], delta=2.0)
    assert by_name.values == huber.compare([0.5, 3.0], [0.0, 0.0], 2.0).values
    cross_entropy = actloss.catalog()["categorical_cross_entropy"]
    assert cross_entropy.compare([[0.4, 0.6]], [[0, 1]], validate=True).ulps("torch") == 0
    with pytest.raises(TypeError, match="NumPy"):
        cross_entropy.torch([[0.4, 0.6]], [[0, 1]], validate=True)
    with pytest.raises(ValueError, match=r"upstream has shape \(3,\)"):
        sigmoid.compare([1.0, 2.0], upstream=[1.0, 2.0, 3.0])


def test_compare_says_how_much_it_leaves_out_of_each_table():
    values, gradients = str(huber.compare(np.zeros(100), np.zeros(100))).split("\n\n")
    assert "more" not in values
    assert gradients.endswith("(and 88 more)")
    page = huber.compare(np.zeros(100), np.zeros(100))._repr_html_()
    assert page.count("more)") == 1
    assert page.endswith("</table><p>(and 88 more)</p>")


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_frameworks_take_what_numpy_takes(framework):
    given = np.array([1, 2])
    tensor = {"torch": torch.tensor, "tensorflow": tf.constant}[framework](given)
    for x in (given, tensor, given.astype(">i8"), given.astype(np.longdouble)):
        np.testing.assert_allclose(getattr(sigmoid, framework)(x), sigmoid(given))
    values = getattr(huber, framework)(given, given[::-1].astype(">f4"), reduction="none")
    np.testing.assert_array_equal(values, huber(given, given[::-1], reduction="none"))


def test_compare_without_a_framework(monkeypatch):
    from actloss.frameworks import LazyFramework

    monkeypatch.setattr(LazyFramework, "is_installed", lambda self: False)
    shown = sigmoid.compare([0.0])
    assert set(shown.values) == {"numpy"}
    assert "TensorFlow is not installed" in str(shown)


def test_a_framework_whose_import_is_forbidden_is_not_installed(monkeypatch):
    class Forbids:
        def find_spec(self, name, path=None, target=None):
            if name == "tensorflow":
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.delitem(sys.modules, "tensorflow", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Forbids(), *sys.meta_path])
    shown = sigmoid.compare([0.0])
    assert set(shown.values) == {"numpy", "torch"}
    assert "TensorFlow is not installed" in str(shown)


def test_ulps():
    one = np.array([1.0, np.nan, np.inf, 1.0])
    other = np.array([1.0 + 2**-52, np.nan, np.inf, np.inf])
    np.testing.assert_array_equal(ulps_apart(one, other), [1, 0, 0, np.inf])


def test_facts_have_no_unused_fields():
    used = set()
    for function in FUNCTIONS:
        facts = function.facts
        used |= {
            name
            for name in Facts.__dataclass_fields__
            if getattr(facts, name) not in ("", (), None)
        }
    assert used == set(Facts.__dataclass_fields__)
