"""Changes every solution in every small way and counts the changes that its check accepts.

    python tests/mutants.py [UNIT/EXERCISE ...]

A survivor is a defect of the check, to be mended by a better probe, unless it is right as well:
then `tests/mutants_equivalent/` lists it with the reason. Any other makes the exit status 1.
"""

from __future__ import annotations

import ast
import contextlib
import copy
import io
import os
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from actloss.course.build import SOLUTIONS, Target, draft
from actloss.course.checking import (
    examine,
    in_use,
    probes_for,
    reference_of,
)
from actloss.course.exercise import Exercise, Unit
from actloss.course.outcome import Outcome, observe, takes
from actloss.course.units import all_units
from actloss.course.values import is_numeric, plain

EQUIVALENT = Path(__file__).with_name("mutants_equivalent")
SEED = 20260101

# Calls that are easily taken for one another.
LIKE = {
    "exp": ["expm1", "exp2", "log"],
    "expm1": ["exp"],
    "log": ["log1p", "log2", "log10", "exp"],
    "log1p": ["log"],
    "log2": ["log"],
    "sum": ["mean", "prod", "max", "cumsum"],
    "mean": ["sum", "median", "max"],
    "median": ["mean"],
    "std": ["var"],
    "var": ["std"],
    "max": ["min", "sum"],
    "min": ["max"],
    "maximum": ["minimum", "fmax", "add"],
    "minimum": ["maximum", "fmin"],
    "abs": ["sign", "square", "negative"],
    "sign": ["abs"],
    "sqrt": ["square", "cbrt"],
    "square": ["abs", "sqrt"],
    "tanh": ["sinh", "arctan", "sin", "arctanh"],
    "cosh": ["sinh", "cos"],
    "argmax": ["argmin", "max"],
    "argmin": ["argmax"],
    "any": ["all"],
    "all": ["any"],
    "zeros": ["ones"],
    "ones": ["zeros"],
    "zeros_like": ["ones_like"],
    "ones_like": ["zeros_like"],
    "dot": ["multiply", "outer"],
    "matmul": ["multiply"],
    "isin": ["equal"],
    "floor": ["ceil", "round"],
    "ceil": ["floor"],
    "round": ["floor"],
    "upper": ["lower"],
    "lower": ["upper"],
    "sorted": ["list"],
    "unique": ["sort"],
    "append": ["extend"],
    "array_equal": ["shares_memory"],
    "less": ["less_equal"],
    "greater": ["greater_equal"],
    "logical_and": ["logical_or"],
    "logical_or": ["logical_and"],
    "union1d": ["intersect1d"],
    "intersection": ["union"],
    "union": ["intersection"],
}
BINARY = [ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow, ast.FloorDiv, ast.Mod]
MATRIX = [ast.MatMult, ast.Mult]
BITS = [ast.BitAnd, ast.BitOr, ast.BitXor]
ORDER = [ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq]
MEMBERSHIP = [ast.In, ast.NotIn]
# What may be done to a result without being noticed at first: to any, to numbers, to arrays.
ANY_RESULT = ["print({})", "None", "[{}]", "({},)", "np.asarray({}).flat[0]"]
NUMBERS = [
    "-({})",
    "abs({})",
    "np.asarray({}) + 1e-6",
    "np.asarray({}) * (1 + 1e-6)",
    "np.round({}, 6)",
    "np.nan_to_num({})",
    "np.asarray({}).astype(int)",
    "np.asarray({}).astype(bool)",
    "np.asarray({}).astype(str)",
    "np.asarray({}).astype(np.float16)",
    "np.clip({}, 1e-7, 1 - 1e-7)",
    "np.clip({}, 0, 1)",
    "np.clip({}, -1e6, 1e6)",
    "np.clip({}, 1e-300, None)",
    "np.zeros_like({})",
    "np.asarray({})[..., None]",
]
ARRAYS = ["np.sort({})", "np.asarray({})[::-1]", "np.mean({})", "np.sum({})"]
SHAPES = ["np.squeeze({})", "np.ravel({})", "np.transpose({})", "np.atleast_2d({})"]
# What may be done to an input before the work begins: clipped as to hide an overflow, cut short.
CLIPPED = ["np.clip({}, -500, 500)", "np.clip({}, -30, 30)", "np.clip({}, 1e-7, None)"]
FLOATS = [
    "abs({})",
    "-({})",
    "np.round({})",
    "np.asarray({}).astype(int)",
    "np.asarray({}).astype(np.float16)",
]
SEQUENCES = ["{}[:1]", "{}[1:]", "{}[:-1]", "{}[::-1]"]
# Calls that do not mind the order of their inputs; and those whose result a list can stand for.
COMMUTATIVE = {"minimum", "maximum", "add", "multiply", "logical_and", "logical_or", "isclose"}
FROM_A_LIST = {"array", "asarray"}


@dataclass(frozen=True)
class Mutant:
    """A changed solution, and what was changed."""

    name: str
    tree: ast.Module


@dataclass
class Tally:
    """What became of the mutants of one exercise."""

    made: int = 0
    survivors: list[str] = field(default_factory=list)
    equivalent: list[str] = field(default_factory=list)


# --- Changing code ----------------------------------------------------------------------------


def mutants(tree: ast.Module, check: Check) -> Iterator[Mutant]:
    """Every mutant of a solution that differs from it, each once and under a name of its own."""
    original = ast.dump(tree)
    seen = {original}
    times: Counter[str] = Counter()
    for name, changed in _all_changes(tree, check):
        ast.fix_missing_locations(changed)
        dump = ast.dump(changed)
        if dump not in seen:
            seen.add(dump)
            times[name] += 1
            yield Mutant(f"{name} ({times[name]})" if times[name] > 1 else name, changed)


def _all_changes(tree: ast.Module, check: Check) -> Iterator[tuple[str, ast.Module]]:
    nodes = list(ast.walk(tree))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef)]
    names = _local_names(functions)
    only_counted = _inside_len(nodes)
    for index, node in enumerate(nodes):
        if isinstance(node, ast.expr) and node not in only_counted:
            for new in _other_expressions(node, names):
                yield _replaced(tree, index, node, new)
    yield from _other_statements(tree, nodes)
    for function in functions:
        if function.name == check.exercise.answer:
            yield from _other_returns(tree, function, check)
            yield from _other_inputs(tree, function, check)
        yield from _early_returns(tree, function)
        yield from _other_defaults(tree, function)


def _inside_len(nodes: list[ast.AST]) -> set[ast.AST]:
    """What is inside `len(...)`: any array of that length would do."""
    calls = [node for node in nodes if isinstance(node, ast.Call) and _called(node) == "len"]
    return {inner for call in calls for argument in call.args for inner in ast.walk(argument)}


def _local_names(functions: list[ast.FunctionDef]) -> list[str]:
    names: list[str] = []
    for function in functions:
        names += [argument.arg for argument in function.args.args]
        for node in ast.walk(function):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                names.append(node.id)
    return list(dict.fromkeys(names))


def _replaced(
    tree: ast.Module, index: int, node: ast.expr, new: ast.expr
) -> tuple[str, ast.Module]:
    name = f"line {node.lineno}: {ast.unparse(node)} -> {ast.unparse(new)}"
    changed = copy.deepcopy(tree)
    target = list(ast.walk(changed))[index]
    for parent in ast.walk(changed):
        for slot, value in ast.iter_fields(parent):
            if value is target:
                setattr(parent, slot, copy.deepcopy(new))
                return name, changed
            if isinstance(value, list):
                for i, item in enumerate(value):
                    if item is target:
                        value[i] = copy.deepcopy(new)
                        return name, changed
    return name, changed


def _other_expressions(node: ast.expr, names: list[str]) -> Iterator[ast.expr]:
    kinds = {
        ast.BinOp: _other_operations,
        ast.Compare: _other_comparisons,
        ast.Constant: _other_constants,
        ast.Call: _other_calls,
        ast.Subscript: _other_subscripts,
    }
    if type(node) in kinds:
        yield from kinds[type(node)](node)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.BoolOp):
        yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
        yield from node.values
    elif isinstance(node, ast.IfExp):
        yield ast.IfExp(node.test, node.orelse, node.body)
        yield from (node.body, node.orelse)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        yield from _other_attributes(node)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from (ast.Name(other, ast.Load()) for other in names if other != node.id)
        yield ast.UnaryOp(ast.USub(), node)
    elif isinstance(node, (ast.ListComp, ast.GeneratorExp, ast.SetComp)):
        yield from _other_comprehensions(node)
    elif isinstance(node, (ast.Tuple, ast.List)) and isinstance(node.ctx, ast.Load):
        yield type(node)(list(reversed(node.elts)), ast.Load())
        for i in range(len(node.elts)):
            yield type(node)(node.elts[:i] + node.elts[i + 1 :], ast.Load())


def _other_operations(node: ast.BinOp) -> Iterator[ast.expr]:
    for family in (BINARY, MATRIX, BITS):
        if type(node.op) in family:
            for operation in family:
                yield ast.BinOp(node.left, operation(), node.right)
    if not isinstance(node.op, (ast.Add, ast.Mult, *BITS)):  # these do not mind
        yield ast.BinOp(node.right, node.op, node.left)
    yield from (node.left, node.right)
    yield ast.UnaryOp(ast.USub(), node)


def _other_comparisons(node: ast.Compare) -> Iterator[ast.expr]:
    for family in (ORDER, MEMBERSHIP):
        if type(node.ops[0]) in family:
            for operation in family:
                yield ast.Compare(node.left, [operation(), *node.ops[1:]], node.comparators)
    yield ast.Constant(True)
    yield ast.Constant(False)


def _other_constants(node: ast.Constant) -> Iterator[ast.expr]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, int):
        for other in (0, 1, 2, -1, value + 1, value - 1, -value, value * 2):
            yield ast.Constant(other)
    elif isinstance(value, float):
        for other in (0.0, 1.0, value + 1, -value, value * 2, value / 2, value * (1 + 1e-6)):
            yield ast.Constant(other)
    elif isinstance(value, str) and value:
        for other in ("", value[1:], value[:-1], value[::-1], value.swapcase(), value + "N"):
            yield ast.Constant(other)
    elif value is None:
        yield ast.Constant(0)
        yield ast.Constant(-1)


def _other_calls(node: ast.Call) -> Iterator[ast.expr]:
    if _called(node) not in FROM_A_LIST:
        yield from node.args  # the call dropped
    if isinstance(node.func, ast.Attribute):
        yield node.func.value
    for i in range(len(node.args)):
        yield ast.Call(node.func, node.args[:i] + node.args[i + 1 :], node.keywords)
        for j in range(0 if _called(node) in COMMUTATIVE else i):
            swapped = list(node.args)
            swapped[i], swapped[j] = swapped[j], swapped[i]
            yield ast.Call(node.func, swapped, node.keywords)
    for i in range(len(node.keywords)):
        yield ast.Call(node.func, node.args, node.keywords[:i] + node.keywords[i + 1 :])
    if not any(keyword.arg == "axis" for keyword in node.keywords) and _reduces(node):
        for axis in (0, 1, -1):
            yield ast.Call(node.func, node.args, [*node.keywords, _keyword("axis", axis)])
    if any(keyword.arg == "axis" for keyword in node.keywords):
        yield ast.Call(node.func, node.args, [*node.keywords, _keyword("keepdims", True)])
    for other in LIKE.get(_called(node), ()):
        yield ast.Call(_renamed(node.func, other), node.args, node.keywords)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)


def _reduces(node: ast.Call) -> bool:
    return _called(node) in {"sum", "mean", "max", "min", "argmax", "argmin", "any", "all", "std"}


def _keyword(name: str, value: object) -> ast.keyword:
    return ast.keyword(name, ast.Constant(value))


def _renamed(function: ast.expr, name: str) -> ast.expr:
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name, ast.Load())
    return ast.parse(f"np.{name}", mode="eval").body


def _other_attributes(node: ast.Attribute) -> Iterator[ast.expr]:
    if node.attr in ("T", "size", "shape", "ndim"):
        yield node.value
    if node.attr == "size":
        yield ast.Call(ast.Name("len", ast.Load()), [node.value], [])
    for other in LIKE.get(node.attr, ()):
        yield ast.Attribute(node.value, other, ast.Load())


def _other_subscripts(node: ast.Subscript) -> Iterator[ast.expr]:
    if isinstance(node.ctx, ast.Load):
        yield node.value
    if isinstance(node.slice, ast.Slice):
        whole = node.slice
        for slot in ("lower", "upper", "step"):
            bound = getattr(whole, slot)
            changes = [None] if bound is not None else []
            if bound is not None:
                changes += [ast.BinOp(bound, ast.Add(), ast.Constant(1))]
                changes += [ast.BinOp(bound, ast.Sub(), ast.Constant(1))]
            elif slot == "step":
                changes += [ast.Constant(-1), ast.Constant(2)]
            else:
                changes += [ast.Constant(1), ast.Constant(-1)]
            for change in changes:
                other = copy.copy(whole)
                setattr(other, slot, change)
                yield ast.Subscript(node.value, other, node.ctx)
    else:
        for other in (0, 1, -1):
            yield ast.Subscript(node.value, ast.Constant(other), node.ctx)


def _other_comprehensions(node: ast.expr) -> Iterator[ast.expr]:
    for i, part in enumerate(node.generators):
        others = []
        if part.ifs:
            others.append(ast.comprehension(part.target, part.iter, [], 0))
        shorter = ast.Subscript(
            ast.Call(ast.Name("list", ast.Load()), [part.iter], []),
            ast.Slice(ast.Constant(1), None),
            ast.Load(),
        )
        others.append(ast.comprehension(part.target, shorter, part.ifs, 0))
        for other in others:
            changed = copy.deepcopy(node)
            changed.generators[i] = other
            yield changed


def _other_statements(tree: ast.Module, nodes: list[ast.AST]) -> Iterator[tuple[str, ast.Module]]:
    """Statements deleted or swapped, loops cut short, conditions negated, += confused."""
    for index, node in enumerate(nodes):
        for slot in ("body", "orelse"):
            block = getattr(node, slot, None)
            if isinstance(block, list) and not isinstance(node, ast.Module):
                yield from _other_blocks(tree, index, slot, block)
        changed = copy.deepcopy(tree)
        twin = list(ast.walk(changed))[index]
        if isinstance(node, (ast.If, ast.While)):
            twin.test = ast.UnaryOp(ast.Not(), twin.test)
            yield f"line {node.lineno}: {ast.unparse(node.test)} negated", changed
        elif isinstance(node, ast.For):
            twin.body.append(ast.Break())
            yield f"line {node.lineno}: loop ends after one round", changed
            changed = copy.deepcopy(tree)
            twin = list(ast.walk(changed))[index]
            twin.iter = ast.parse(f"list({ast.unparse(node.iter)})[:-1]", mode="eval").body
            yield f"line {node.lineno}: loop leaves out the last round", changed
            changed = copy.deepcopy(tree)
            twin = list(ast.walk(changed))[index]
            twin.iter = ast.parse(f"list({ast.unparse(node.iter)})[::-1]", mode="eval").body
            yield f"line {node.lineno}: loop runs backwards", changed
        elif isinstance(node, ast.AugAssign):
            for operation in (ast.Add, ast.Sub, ast.Mult, ast.Div):
                changed = copy.deepcopy(tree)
                twin = list(ast.walk(changed))[index]
                twin.op = operation()
                yield f"line {node.lineno}: {ast.unparse(twin)}", changed
            changed = copy.deepcopy(tree)
            target = ast.unparse(node.target)
            text = f"{target} = {ast.unparse(node.value)}"
            _put(changed, index, ast.parse(text).body[0])
            yield f"line {node.lineno}: {text}", changed
        elif isinstance(node, (ast.Continue, ast.Break)):
            _put(changed, index, ast.Pass())
            yield f"line {node.lineno}: {ast.unparse(node)} deleted", changed


def _put(tree: ast.Module, index: int, new: ast.stmt) -> None:
    target = list(ast.walk(tree))[index]
    for parent in ast.walk(tree):
        for slot in ("body", "orelse", "finalbody"):
            block = getattr(parent, slot, None)
            if isinstance(block, list) and target in block:
                block[block.index(target)] = new


def _other_blocks(
    tree: ast.Module, index: int, slot: str, block: list[ast.stmt]
) -> Iterator[tuple[str, ast.Module]]:
    for i, statement in enumerate(block):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue  # a docstring
        changed = copy.deepcopy(tree)
        twin = getattr(list(ast.walk(changed))[index], slot)
        twin[i] = ast.Pass()
        first_line = ast.unparse(statement).partition("\n")[0]
        yield f"line {statement.lineno}: deleted {first_line}", changed
        if i + 1 < len(block) and not _independent(statement, block[i + 1]):
            changed = copy.deepcopy(tree)
            twin = getattr(list(ast.walk(changed))[index], slot)
            twin[i], twin[i + 1] = twin[i + 1], twin[i]
            yield f"line {statement.lineno}: swapped with the next statement", changed
        if isinstance(statement, ast.If):
            changed = copy.deepcopy(tree)
            twin = getattr(list(ast.walk(changed))[index], slot)
            twin[i : i + 1] = twin[i].body
            yield f"line {statement.lineno}: condition dropped", changed


def _independent(first: ast.stmt, second: ast.stmt) -> bool:
    """Whether two assignments may stand in either order."""
    if not all(isinstance(statement, ast.Assign) for statement in (first, second)):
        return False
    written, read = _names_in(first, ast.Store), _names_in(second, ast.Load)
    return not (written & read or _names_in(second, ast.Store) & _names_in(first, ast.Load))


def _names_in(statement: ast.stmt, context: type) -> set[str]:
    nodes = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {node.id for node in nodes if isinstance(node.ctx, context)}


def _other_returns(
    tree: ast.Module, function: ast.FunctionDef, check: Check
) -> Iterator[tuple[str, ast.Module]]:
    """What is returned wrapped, or replaced by an intermediate."""
    own = list(ast.walk(function))
    results = [outcome.value for outcome in check.expected]
    names = _local_names([function])
    for index, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.Return) and node.value is not None and node in own:
            value = ast.unparse(node.value)
            for text in [wrapper.format(value) for wrapper in _for_results(results)] + names:
                changed = copy.deepcopy(tree)
                twin = list(ast.walk(changed))[index]
                twin.value = ast.parse(text, mode="eval").body
                yield f"line {node.lineno}: return {text}", changed


def _for_results(results: list[object]) -> list[str]:
    """The ways to spoil results of this kind; none that leaves every one of them as it is."""
    wrappers = list(ANY_RESULT)
    if all(is_numeric(result) for result in results):
        arrays = [np.asarray(result) for result in results]
        if any(array.dtype.kind == "f" for array in arrays):
            wrappers += NUMBERS
        if any(array.ndim for array in arrays):
            wrappers += ARRAYS + [shape for shape in SHAPES if _reshapes(shape, arrays)]
    return wrappers


def _reshapes(wrapper: str, arrays: list[np.ndarray]) -> bool:
    """Whether it changes the shape of an array of as many dimensions as one of these has."""
    for array in arrays:
        example = np.zeros(tuple(range(2, array.ndim + 2)))
        if wrapper == "np.squeeze({})" and array.ndim > 0:
            example = np.zeros((1,) * array.ndim)
        if eval(wrapper.format("example"), {"np": np, "example": example}).shape != example.shape:
            return True
    return False


def _early_returns(tree: ast.Module, function: ast.FunctionDef) -> Iterator[tuple[str, ast.Module]]:
    """A function that returns what it has, right after it has it."""
    own = list(ast.walk(function))
    for index, node in enumerate(ast.walk(tree)):
        if isinstance(node, ast.Assign) and node in own:
            for name in sorted(_names_in(node, ast.Store)):
                changed = copy.deepcopy(tree)
                _put_after(changed, index, ast.parse(f"return {name}").body[0])
                yield f"line {node.lineno}: return {name} right after", changed


def _put_after(tree: ast.Module, index: int, new: ast.stmt) -> None:
    target = list(ast.walk(tree))[index]
    for parent in ast.walk(tree):
        for slot in ("body", "orelse"):
            block = getattr(parent, slot, None)
            if isinstance(block, list) and target in block:
                block.insert(block.index(target) + 1, new)


def _other_inputs(
    tree: ast.Module, function: ast.FunctionDef, check: Check
) -> Iterator[tuple[str, ast.Module]]:
    """An input changed before the work begins, or the caller's own array changed."""
    index = list(ast.walk(tree)).index(function)
    for i, argument in enumerate(function.args.args):
        name = argument.arg
        values = [probe.args[i] for probe in check.probes if len(probe.args) > i]
        values += [probe.kwargs[name] for probe in check.probes if name in probe.kwargs]
        wrappers = _for_inputs(values, first=i == 0)
        lines = [f"{name} = {wrapper.format(name)}" for wrapper in wrappers]
        for line in [*lines, f"{name} += 0.5", f"{name} *= 2"]:
            changed = copy.deepcopy(tree)
            list(ast.walk(changed))[index].body.insert(0, ast.parse(line).body[0])
            yield f"first: {line}", changed


def _for_inputs(values: list[object], first: bool) -> list[str]:
    """The ways to spoil inputs of this kind."""
    wrappers: list[str] = []
    arrays = [value for value in values if isinstance(value, np.ndarray)]
    if arrays and len(arrays) == len(values):
        wrappers += SEQUENCES if all(array.ndim for array in arrays) else []
        if any(array.dtype.kind == "f" for array in arrays):
            wrappers += FLOATS + (CLIPPED if first else [])
        if any(array.ndim for array in arrays):
            wrappers += ["np.sort({})", "np.unique({})"]
            wrappers += [shape for shape in SHAPES if _reshapes(shape, arrays)]
    elif all(isinstance(value, (str, list, tuple)) for value in values):
        wrappers += SEQUENCES
    return wrappers


def _other_defaults(
    tree: ast.Module, function: ast.FunctionDef
) -> Iterator[tuple[str, ast.Module]]:
    index = list(ast.walk(tree)).index(function)
    for i in range(len(function.args.defaults)):
        changed = copy.deepcopy(tree)
        del list(ast.walk(changed))[index].args.defaults[: i + 1]
        yield f"the first {i + 1} defaults dropped", changed


# --- Judging mutants --------------------------------------------------------------------------


def solutions(unit: Unit) -> tuple[dict[str, ast.Module], dict[str, object]]:
    """The code of each answer of a unit, and all names that its solutions define."""
    names: dict[str, object] = {"__name__": "__main__"}
    code: dict[str, ast.Module] = {}
    for cell in draft(Target(unit.stem, SOLUTIONS)).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(tree, "solution", "exec"), names)
        for answer in _defined(tree):
            code[answer] = _definitions(tree)
    return code, names


def _defined(tree: ast.Module) -> list[str]:
    found = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    targets = [t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets]
    return found + [target.id for target in targets if isinstance(target, ast.Name)]


def _definitions(tree: ast.Module) -> ast.Module:
    kept = (ast.FunctionDef, ast.Assign, ast.Import, ast.ImportFrom, ast.ClassDef)
    return ast.Module([node for node in tree.body if isinstance(node, kept)], [])


class Check:
    """The check of one exercise, stopping at the first probe on which an answer fails."""

    def __init__(self, exercise: Exercise, solution: object) -> None:
        self.exercise = exercise
        self.probes = probes_for(exercise, SEED)
        self.expected = [observe(reference_of(exercise), probe) for probe in self.probes]
        begin = time.monotonic()
        assert self.accepts(solution, exercise.time_limit), f"{exercise.id}: solution is wrong"
        self.seconds = min(exercise.time_limit, 0.25 + 5 * (time.monotonic() - begin))

    def accepts(self, answer: object, seconds: float | None = None) -> bool:
        """Whether the check lets an answer pass."""
        seconds = self.seconds if seconds is None else seconds
        exercise = self.exercise
        if exercise.kind == "value":
            with contextlib.suppress(Exception):
                answer = in_use(exercise, plain(answer))
        if not callable(answer) or not takes(answer, self.probes[0]):
            return False
        end = time.monotonic() + seconds
        for probe, expected in zip(self.probes, self.expected, strict=True):
            came: Outcome = observe(answer, probe, end - time.monotonic())
            if examine(exercise, probe, came, expected).kind != "right":
                return False
        return True


def run(exercise: Exercise, tree: ast.Module, names: dict[str, object], listed: dict) -> Tally:
    """Try every mutant of one solution."""
    tally = Tally()
    check = Check(exercise, names[exercise.answer])
    for mutant in mutants(tree, check):
        tally.made += 1
        space = dict(names)
        try:
            code = compile(mutant.tree, "mutant", "exec")
            with contextlib.redirect_stdout(io.StringIO()):
                exec(code, space)
        except Exception:
            continue
        if check.accepts(space.get(exercise.answer)):
            (tally.equivalent if mutant.name in listed else tally.survivors).append(mutant.name)
    return tally


def equivalent_in(unit: Unit) -> dict:
    """The changes of a unit's solutions that are right as well, by exercise, with the reasons."""
    path = EQUIVALENT / f"{unit.slug}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def wanted_of(wanted: list[str]) -> list[tuple[Unit, list[Exercise]]]:
    """The exercises that have solutions in code and are named, or are of units that are named."""
    units = all_units()
    known = {name for unit in units for one in unit.exercises for name in (unit.slug, one.id)}
    if not known.issuperset(wanted):
        sys.exit(f"There is no {', '.join(sorted(set(wanted) - known))}.")
    return [
        (
            unit,
            [
                one
                for one in unit.exercises
                if one.kind != "quiz" and (not wanted or {unit.slug, one.id} & set(wanted))
            ],
        )
        for unit in units
    ]


def main(wanted: list[str]) -> int:
    """Try the mutants of these exercises, or of all. Returns the exit status."""
    status, made, stale = 0, 0, []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for unit, exercises in wanted_of(wanted):
            if not exercises:
                continue
            code, names = solutions(unit)
            listed = equivalent_in(unit)
            for exercise in exercises:
                begin = time.monotonic()
                reasons = listed.get(exercise.id, {})
                tally = run(exercise, code[exercise.answer], names, reasons)
                made += tally.made
                print(
                    f"{exercise.id:40} {tally.made:5} mutants, "
                    f"{len(tally.equivalent):3} equivalent, {len(tally.survivors):3} survive  "
                    f"({time.monotonic() - begin:.0f} s)",
                    flush=True,
                )
                for survivor in tally.survivors:
                    print(f"    {survivor}")
                    status = 1
                stale += [(exercise.id, name) for name in reasons if name not in tally.equivalent]
    for exercise_id, name in stale:
        print(f"No longer a survivor, so take it off the list: {exercise_id}: {name}")
        status = 1
    print(f"{made} mutants in all")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
