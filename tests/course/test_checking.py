"""Every way of being right or wrong gets the verdict, and the words, that it deserves."""

# ruff: noqa: SIM105

import functools
import time
from pathlib import Path

import numpy as np
import pytest
import scipy.special

import actloss
from actloss.course.checking import (
    AnswerKey,
    check_answer,
    letters_in,
    probes_for,
    verdict_on_report,
)
from actloss.course.exercise import Unit, probe
from actloss.course.feedback import RIGHT, UNANSWERED, WRONG
from actloss.course.report import Report
from actloss.course.shortcuts import shortcut

expit = scipy.special.expit


def right(x):
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))


@pytest.fixture
def sigmoid(unit):
    return unit.exercises[0]


# --- Right ------------------------------------------------------------------------------------


def with_a_loop(x):
    result = np.empty(x.shape)
    for i, value in np.ndenumerate(x):
        result[i] = right(value)
    return result


def through_tanh(x):
    return (1 + np.tanh(x / 2)) / 2


def a_list(x):
    return right(x).tolist()


def in_float32(x):
    return right(x).astype(np.float32)


def a_tuple(x):
    return tuple(right(x).tolist())


def tuples_in_a_tuple(x):
    return tuple(map(tuples_in_a_tuple, x)) if np.ndim(x) else float(right(x))


class Callable:
    def __call__(self, x):
        return right(x)


@pytest.mark.parametrize(
    "answer",
    [
        right,
        with_a_loop,
        through_tanh,
        a_list,
        a_tuple,
        tuples_in_a_tuple,
        in_float32,
        Callable(),
        functools.partial(right),
        lambda x: right(x),
        np.vectorize(lambda value: float(right(value))),
    ],
)
def test_right_answers_are_accepted(sigmoid, answer):
    assert check_answer(sigmoid, answer).state == RIGHT


def test_a_list_and_float32_are_accepted_with_a_note(sigmoid):
    assert "list" in check_answer(sigmoid, a_list).message
    assert "float32" in check_answer(sigmoid, in_float32).message
    assert check_answer(sigmoid, right).message == "Right."


# --- Not answered -----------------------------------------------------------------------------


def returns_ellipsis(x):
    return ...


def returns_ellipses(x):
    return ..., ...


def raises_not_implemented(x):
    raise NotImplementedError


def passes(x):
    """What it should do."""
    pass


def is_ellipsis(x): ...


@pytest.mark.parametrize(
    "answer",
    [..., returns_ellipsis, returns_ellipses, raises_not_implemented, passes, is_ellipsis],
)
def test_stubs_are_not_answered_yet(sigmoid, answer):
    verdict = check_answer(sigmoid, answer)
    assert verdict.state == UNANSWERED
    assert "sigmoid(x)" in verdict.message


# --- Wrong, and what is said about it ---------------------------------------------------------


def two_inputs(x, y):
    return right(x)


def no_input():
    return 0.5


def divides_by_zero(x):
    return 1 / 0


def misspells(x):
    return nmpy.exp(x)  # noqa: F821


def returns_nothing(x):
    y = right(x)  # noqa: F841


def prints(x):
    print(right(x))


def sums(x):
    return right(x).sum()


def adds_an_axis(x):
    return right(x)[:, None]


def says_so(x):
    return "one half"


def returns_objects(x):
    return right(x).astype(object)


def complex_numbers(x):
    return right(x) + 0j


def rounds(x):
    return right(x).round()


def changes_its_input(x):
    result = right(x)
    x *= 0
    return result


def warns(x):
    with np.errstate(over="warn"):
        return 1 / (1 + np.exp(-x))


def never_ends(x):
    while True:
        try:
            time.sleep(1)
        except:  # noqa: E722
            pass


def calls_itself(x):
    return calls_itself(x)


def leaves(x):
    exit()


def raises_something_odd(x):
    raise BaseException("odd")


def knows_the_example(x):
    return np.array([0.5])


class AlwaysEqual(np.ndarray):
    def __eq__(self, other):
        return True

    __array_priority__ = 1e9


def always_equal(x):
    return np.zeros(x.shape).view(AlwaysEqual)


def not_a_number(x):
    return np.full(x.shape, np.nan)


def ragged(x):
    return [[1.0], [1.0, 2.0]]


def yields(x):
    yield 3.0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (3.0, "should be a function"),
        (np.zeros(3), "an array of shape (3,)"),
        (None, "None"),
        (two_inputs, "called as `sigmoid(x)`"),
        (no_input, "called as `sigmoid(x)`"),
        (divides_by_zero, "return 1 / 0"),
        (misspells, "'nmpy' is not defined"),
        (returns_nothing, "returns nothing"),
        (prints, "prints its result"),
        (sums, "single number, but an array of shape (1,)"),
        (adds_an_axis, "has shape (1, 1), but (1,)"),
        (says_so, "is text"),
        (returns_objects, "Python objects"),
        (complex_numbers, "complex"),
        (rounds, "Expected:     0.5"),
        (changes_its_input, "changes the input"),
        (warns, "overflow encountered in exp"),
        (never_ends, "0.5 seconds"),
        (calls_itself, "calls itself"),
        (leaves, "SystemExit"),
        (raises_something_odd, "odd"),
        (knows_the_example, "for the example that the text shows"),
        (always_equal, "differs"),
        (not_a_number, "nan"),
        (ragged, "different lengths"),
        (yields, "differs"),
        (np.exp, "differs"),
        (dict, "error"),
    ],
)
def test_wrong_answers_are_told_why(sigmoid, answer, words):
    verdict = check_answer(sigmoid, answer)
    assert verdict.state == WRONG
    assert words in verdict.message
    assert verdict.misconception is None


def test_the_simplest_failing_input_is_shown(sigmoid):
    message = check_answer(sigmoid, lambda x: np.where(x < -2, 7.0, right(x))).message
    assert "np.array([-1000.0, 1000.0])" in message
    assert "far from zero" in message
    assert "element [0], where the input is -1000.0" in message
    assert "Your result:  7.0" in message
    assert "Expected:     0.0" in message


def test_values_that_differ_look_different(sigmoid):
    message = check_answer(sigmoid, lambda x: right(x) + 3e-9).message
    assert "0.500000003" in message


def test_an_error_in_a_helper_shows_the_learners_line(sigmoid):
    def helper(x):
        return x["no such key"]

    verdict = check_answer(sigmoid, lambda x: helper(x))
    assert 'return x["no such key"]' in verdict.message


def test_a_flood_of_printing_is_cut(sigmoid):
    def floods(x):
        for _ in range(100_000):
            print("flood")
        return x + 5

    assert len(check_answer(sigmoid, floods).message) < 1000


# --- Misconceptions ---------------------------------------------------------------------------


def test_a_misconception_is_recognised(sigmoid):
    verdict = check_answer(sigmoid, lambda x: 1 / (1 + np.exp(-x)) / 2 if 0 else right(x) * 0.5)
    assert verdict.misconception == "halved"
    assert "One half of a sigmoid" in verdict.message


def test_a_misconception_that_overflows_is_recognised_by_its_warning(sigmoid):
    def naive(x):
        return np.exp(x) / (np.exp(x) + 1)

    assert check_answer(sigmoid, naive).misconception == "exponential_overflows"


def test_another_mistake_is_not_taken_for_a_misconception(sigmoid):
    assert check_answer(sigmoid, lambda x: right(x) / 3).misconception is None


def test_a_misconception_that_raises_is_recognised(unit):
    exercise = unit.exercise(
        "first-letter",
        signature="first_letter(text)",
        points=1,
        difficulty=1,
        reference=lambda text: text[:1],
        probes=[probe("ACGT"), probe("")],
        hints=["", ""],
    )

    @exercise.misconception("An empty text has no first letter: text[0] raises an IndexError.")
    def indexes(text):
        return text[0]

    assert check_answer(exercise, lambda text: sorted(text)[0]).misconception == "indexes"
    assert check_answer(exercise, lambda text: text[:1]).correct


def test_a_misconception_is_recognised_beside_a_second_mistake(sigmoid):
    def halved_and_overflows(x):
        return np.exp(x) / (np.exp(x) + 1) / 2

    verdict = check_answer(sigmoid, halved_and_overflows)
    assert verdict.misconception == "halved"
    assert "One half of a sigmoid" in verdict.message


def test_the_input_shown_is_one_on_which_the_misconception_shows(unit):
    exercise = unit.exercise(
        "sum-of-logs",
        signature="sum_of_logs(x)",
        points=1,
        difficulty=1,
        reference=lambda x: float(np.sum(np.log(x[x > 0]))),
        probes=[probe([0.0, 1.0]), probe([1.0, np.e])],
        random=lambda rng: (rng.uniform(1, 2, 5),),
        hints=["", ""],
    )

    @exercise.misconception("The logs are added up, and not averaged.")
    def averaged(x):
        return float(np.mean(np.log(x[x > 0])))

    verdict = check_answer(exercise, lambda x: float(np.mean(np.log(x))))
    assert verdict.misconception == "averaged"
    assert dict(verdict.rows)["Input"] == "sum_of_logs(np.array([1.0, 2.71828]))"


def test_whole_numbers_and_decimals_are_the_same_mistake(unit):
    exercise = unit.exercise(
        "how-many",
        signature="how_many(x)",
        points=1,
        difficulty=1,
        reference=lambda x: np.size(x),
        probes=[probe([1.0, 2.0])],
        hints=["", ""],
    )

    @exercise.misconception("That is one too many.")
    def one_more(x):
        return np.size(x) + 1

    assert check_answer(exercise, lambda x: np.size(x) + 1.0).misconception == "one_more"


def test_another_error_of_the_same_type_is_another_mistake(unit):
    exercise = unit.exercise(
        "positive",
        signature="positive(x)",
        points=1,
        difficulty=1,
        reference=lambda x: np.maximum(x, 0),
        probes=[probe([1.0, -2.0])],
        hints=["", ""],
    )

    @exercise.misconception("An `if` decides once, and an array has many elements.")
    def decides_once(x):
        return x if x > 0 else 0

    assert check_answer(exercise, lambda x: x * (x > 0 or 0)).misconception == "decides_once"
    assert check_answer(exercise, lambda x: x + np.zeros(3)).misconception is None


def test_an_expected_error_must_be_raised(unit):
    def first(text):
        if not text:
            raise ValueError("empty")
        return text[0]

    exercise = unit.exercise(
        "first",
        signature="first(text)",
        points=1,
        difficulty=1,
        reference=first,
        probes=[probe("ACGT"), probe("")],
        hints=["", ""],
    )
    assert check_answer(exercise, first).correct
    assert "should raise ValueError" in check_answer(exercise, lambda text: text[:1]).message
    assert "IndexError" in check_answer(exercise, lambda text: text[0]).message


# --- Values that are hard to look at ----------------------------------------------------------


@pytest.fixture
def asks_for(unit):
    """Make an exercise whose right answer is a value, or a function that returns one."""

    def make(reference, **specification):
        kind = unit.exercise if callable(reference) else unit.value
        return kind(
            f"made-{len(unit.exercises)}",
            signature=f"made_{len(unit.exercises)}" + ("(x)" if callable(reference) else ""),
            points=1,
            difficulty=1,
            reference=reference,
            hints=["", ""],
            **specification,
        )

    return make


def test_keys_and_items_may_be_tuples_that_hold_numpys_numbers(asks_for):
    exercise = asks_for(lambda x: {("A", 1), ("C", 2)}, probes=[probe(1)])
    assert check_answer(exercise, lambda x: {("A", np.int64(1)), ("C", np.int64(2))}).correct
    exercise = asks_for(lambda x: {(1, 2): 0.5}, probes=[probe(1)])
    assert check_answer(exercise, lambda x: {(np.int64(1), 2): 0.5}).correct


def test_text_of_no_dimension_is_compared(asks_for):
    exercise = asks_for(lambda x: np.where(x > 0, "above", "below"), probes=[probe(1), probe(-1)])
    assert check_answer(exercise, lambda x: "above" if x > 0 else "below").correct
    assert not check_answer(exercise, lambda x: "above").correct


def test_lists_of_different_lengths_are_compared(asks_for):
    exercise = asks_for(lambda x: [[1.0, 2.0], [3.0]], probes=[probe(1)])
    assert check_answer(exercise, lambda x: ([1.0, 2.0], [3.0])).correct
    assert not check_answer(exercise, lambda x: [[1.0, 2.0], [4.0]]).correct
    assert not check_answer(exercise, lambda x: [[1.0, 2.0]]).correct


def test_more_digits_than_python_has_are_no_trouble(sigmoid):
    assert check_answer(sigmoid, lambda x: right(x).astype(np.longdouble)).correct
    assert "differs" in check_answer(sigmoid, lambda x: x.astype(np.longdouble) + 2).message


def test_a_tuple_is_called_a_tuple(sigmoid):
    assert "is a tuple" in check_answer(sigmoid, a_tuple).message


def test_a_value_that_holds_itself_is_no_recursion_of_the_learners(sigmoid, asks_for):
    endless = []
    endless.append(endless)
    message = check_answer(sigmoid, lambda x: endless).message
    assert "holds itself" in message
    assert "calls itself" not in message
    assert check_answer(asks_for(1.0), endless).state == WRONG


def test_a_value_that_fails_when_it_is_read_is_wrong(asks_for):
    verdict = check_answer(asks_for(1.0), (1 / 0 for _ in "A"))
    assert verdict.state == WRONG
    assert "ZeroDivisionError" in verdict.message


def test_a_report_without_an_outcome_for_each_input_is_not_judged(sigmoid):
    with pytest.raises(ValueError, match="one outcome for each input"):
        verdict_on_report(AnswerKey(sigmoid), Report("function"))


def test_a_value_whose_use_takes_too_long_is_told_so(asks_for):
    def use(answer, x):
        while answer:
            pass

    exercise = asks_for([0.0], use=use, probes=[probe(1)], time_limit=0.2)
    assert "had not ended after 0.2 seconds" in check_answer(exercise, [1.0, 2.0]).message


def test_long_inputs_are_shown_under_their_names(unit, asks_for):
    exercise = unit.exercise(
        "shaped",
        signature="shaped(x, shape=(2, 3), k=1)",
        points=1,
        difficulty=1,
        reference=lambda x, shape=(2, 3), k=1: float(k),
        probes=[probe(np.zeros((3, 9)).tolist(), (9, 3), 5)],
        hints=["", ""],
    )
    shown = dict(check_answer(exercise, lambda x, shape=(2, 3), k=1: 0.0).rows)["Input"]
    assert [line.partition(" = ")[0] for line in shown.splitlines() if " = " in line] == [
        *("x", "shape", "k")
    ]
    exercise = asks_for(2.0, use=lambda factor, x, by=1: factor * x / by, probes=[probe(3.0, by=2)])
    assert dict(check_answer(exercise, 1.0).rows)["Input"] == "3.0, by=2"


# --- Shortcuts --------------------------------------------------------------------------------


def calls_scipy(x):
    return scipy.special.expit(x)


def calls_a_name_bound_to_scipy(x):
    return expit(x)


def calls_through_a_helper(x):
    return calls_scipy(x)


def imports_inside(x):
    from scipy import special

    return special.expit(x)


def imports_in_a_nested_function(x):
    def inner():
        import scipy.special as special

        return special.expit(x)

    return inner()


def imports_by_name(x):
    return __import__("scipy.special").special.expit(x)


def test_a_file_beside_the_package_is_a_learners(unit):
    folder = Path(actloss.__file__).parent
    names = {"np": np}
    exec(compile("def helper(x): return np.tanh(x)", f"{folder}_answers.py", "exec"), names)
    assert shortcut(names["helper"], ["numpy.tanh"]) == "numpy.tanh"


@pytest.mark.parametrize(
    "answer",
    [
        scipy.special.expit,
        functools.partial(scipy.special.expit),
        calls_scipy,
        calls_a_name_bound_to_scipy,
        calls_through_a_helper,
        imports_inside,
        imports_in_a_nested_function,
        imports_by_name,
        lambda x: [calls_scipy(value) for value in x],
        np.vectorize(calls_scipy),
    ],
)
def test_a_ready_made_function_is_a_good_call_but_no_answer(sigmoid, answer):
    verdict = check_answer(sigmoid, answer)
    assert verdict.state == WRONG
    assert "good call" in verdict.message
    assert "scipy" in verdict.message


def test_a_single_function_can_be_forbidden(unit):
    exercise = unit.exercise(
        "tanh",
        signature="tanh(x)",
        points=1,
        difficulty=1,
        reference=np.tanh,
        probes=[probe([0.5])],
        forbidden=("numpy.tanh", "math.tanh"),
        hints=["", ""],
    )

    def imports_numpy(x):
        import numpy as other

        return other.tanh(x)

    def keeps_numpy(x):  # from Python 3.13, two local variables are read in one step
        import numpy as other

        size = other.abs(x)
        return size * other.tanh(x)

    for answer in (np.tanh, lambda x: np.tanh(x), imports_numpy, keeps_numpy):
        assert "`np.tanh`" in check_answer(exercise, answer).message
    assert check_answer(exercise, lambda x: 2 * right(2 * x) - 1).correct


# --- Values and quizzes -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "state", "misconception"),
    [
        (([1.0, 1.0], -1.5), RIGHT, None),
        (([5, 5], -7), RIGHT, None),
        ([np.array([2.0, 2.0]), np.float32(-3.0)], RIGHT, None),
        (([2.0, 2.0], -1.0), WRONG, "or_gate"),
        (([0.0, 0.0], 1.0), WRONG, None),
        (([1.0, 1.0, 1.0], -1.5), WRONG, None),
        (7, WRONG, None),
        ("and", WRONG, None),
        ((..., ...), UNANSWERED, None),
        (..., UNANSWERED, None),
        (None, UNANSWERED, None),
    ],
)
def test_a_value_is_judged_by_what_it_does(unit, answer, state, misconception):
    verdict = check_answer(unit.exercises[1], answer)
    assert (verdict.state, verdict.misconception) == (state, misconception)


def test_a_plain_value_is_compared(unit):
    constant = unit.exercises[2]
    assert check_answer(constant, 1 / 4).correct
    assert check_answer(constant, np.array(0.25)).correct
    assert "Expected:     0.25" in check_answer(constant, 0.5).message
    assert check_answer(constant, "0.25").state == WRONG


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        *[("b", RIGHT), (" B. ", RIGHT), ({"b"}, RIGHT), ("a", WRONG), ("ab", WRONG), ("z", WRONG)],
        *[(2, WRONG), ({1: 2}, WRONG), (..., UNANSWERED), ("", UNANSWERED), (None, UNANSWERED)],
    ],
)
def test_a_quiz_is_answered_by_its_letter(unit, answer, state):
    assert check_answer(unit.exercises[3], answer).state == state


def test_a_wrong_option_says_why(unit):
    verdict = check_answer(unit.exercises[3], "a")
    assert "stays below 1" in verdict.message
    assert verdict.misconception == "option_a"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ({"a", "c"}, "Right."),
        (["c", "a"], "Right."),
        ("ac", "Right."),
        ({"a"}, "there is more"),
        ({"a", "b", "c"}, "returns what it is given"),
        (3, "a set of the letters"),
    ],
)
def test_a_quiz_can_have_several_right_options(unit, answer, words):
    assert words in check_answer(unit.exercises[4], answer).message


def test_letters_are_read_from_text_and_collections():
    assert letters_in("a, c") == letters_in({"A", "c"}) == letters_in(["c", "a"]) == {"a", "c"}
    assert (
        letters_in(np.array(["a", "c"])) == letters_in("a and c") == letters_in("ac") == {"a", "c"}
    )
    assert letters_in("option b") == {"b"}
    assert letters_in(["ab", "c"]) == {"a", "b", "c"}
    assert letters_in(3) is None


def test_a_quiz_answered_by_something_else_says_what_came(unit):
    assert "What came is a function." in check_answer(unit.exercises[4], print).message
    assert "of type bytes" in check_answer(unit.exercises[4], b"a").message


# --- The machinery ----------------------------------------------------------------------------


def test_random_inputs_are_fresh_unless_seeded(sigmoid):
    def drawn(seed):
        return probes_for(sigmoid, seed)[-1].args[0]

    assert np.array_equal(drawn(7), drawn(7))
    assert not np.array_equal(drawn(None), drawn(None))


def test_random_inputs_catch_a_list_of_known_answers(sigmoid):
    known = {p.args[0].tobytes(): right(p.args[0]) for p in sigmoid.probes}
    verdict = check_answer(sigmoid, lambda x: known.get(x.tobytes(), x * 0))
    assert verdict.state == WRONG


def test_every_call_gets_its_own_copy(sigmoid):
    before = [p.args[0].copy() for p in sigmoid.probes]
    check_answer(sigmoid, changes_its_input)
    for p, kept in zip(sigmoid.probes, before, strict=True):
        assert np.array_equal(p.args[0], kept)


def test_a_check_is_quick(sigmoid):
    check_answer(sigmoid, right)
    times = []
    for answer in (right, a_list, lambda x: np.exp(x) / (1 + np.exp(x))) * 5:
        begin = time.perf_counter()
        check_answer(sigmoid, answer)
        times.append(time.perf_counter() - begin)
    assert sorted(times)[len(times) // 2] < 0.05


def test_a_property_can_stand_for_the_reference():
    unit = Unit(number=1, slug="other", title="Other", question="?", minutes=1)

    def is_a_split(came, expected, items):
        if sorted(came[0] + came[1]) != sorted(items):
            return "Some items are lost or doubled."
        return bool(came[0]) and bool(came[1])

    exercise = unit.exercise(
        "split",
        signature="split(items)",
        points=1,
        difficulty=1,
        reference=lambda items: (items[:1], items[1:]),
        probes=[probe(["a", "b", "c"])],
        agrees=is_a_split,
        hints=["", ""],
    )
    assert check_answer(exercise, lambda items: (items[:2], items[2:])).correct
    assert "lost or doubled" in check_answer(exercise, lambda items: (items, items)).message
    assert check_answer(exercise, lambda items: (items, [])).state == WRONG
    assert check_answer(exercise, lambda items: 3).state == WRONG
