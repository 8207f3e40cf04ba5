"""What an exercise forbids is not there: modules and functions that only say so.

In a sandbox the files of a forbidden package are absent. Importing it gives a `HiddenModule`
instead, so that a notebook which also draws a picture with it goes on; only using it fails. A
single function that is forbidden is replaced by a `HiddenFunction` wherever it is known.
"""

from __future__ import annotations

import gc
import importlib
import importlib.abc
import importlib.machinery
import mmap
import sys
from collections.abc import Iterable, Sequence
from types import ModuleType
from typing import Any

# Whether something hidden was used: shared with forks, since whoever uses it may not live to tell.
_notice = mmap.mmap(-1, 1)


class Hidden(Exception):
    """Something was used that is not there while this exercise is graded."""


class HiddenFunction:
    """Stands for anything in a hidden module. Whatever is done with it raises `Hidden`."""

    def __init__(self, module: str, name: str) -> None:
        self.__module__ = module
        self.__name__ = self.__qualname__ = name

    def __getattr__(self, name: str) -> HiddenFunction:
        if name.startswith("__"):
            raise AttributeError(name)
        return HiddenFunction(f"{self.__module__}.{self.__name__}", name)

    def _used(self, *inputs: Any, **named: Any) -> Any:
        note_use()
        name = f"{self.__module__}.{self.__name__}"
        raise Hidden(f"`{name}` is not there while this exercise is graded")

    _used.__module__ = "builtins"  # or an answer that names this seems to call our package

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        """What `isinstance` looks at; whoever asks might have gone another way."""
        note_use()
        return HiddenFunction

    __call__ = __iter__ = __bool__ = __len__ = __getitem__ = __mro_entries__ = __array__ = _used
    __enter__ = __instancecheck__ = __contains__ = __float__ = __int__ = __index__ = _used
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _used
    __rtruediv__ = __matmul__ = __rmatmul__ = __pow__ = __neg__ = __abs__ = _used
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _used  # type: ignore[assignment]
    __hash__ = object.__hash__


class HiddenModule(ModuleType):
    """A module that can be imported, and holds a `HiddenFunction` for every name."""

    __path__ = []  # noqa: RUF012  (as a package has it)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return HiddenFunction(self.__name__, name)


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every module of the hidden packages, before anybody looks for files."""

    def __init__(self, packages: Iterable[str], kept: Iterable[str]) -> None:
        self.packages = tuple(packages)
        self.kept = tuple(kept)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """A module of a hidden package, unless it is one of those kept."""
        if _within(name, self.packages) and not _within(name, self.kept):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> ModuleType:
        """A module that says what is missing."""
        return HiddenModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


def _within(name: str, packages: Sequence[str]) -> bool:
    return any(f"{name}.".startswith(f"{package}.") for package in packages)


def hide_packages(packages: Iterable[str], kept: Iterable[str] = ()) -> None:
    """Hide whole packages ("scipy"), but for the modules of them that are kept."""
    sys.meta_path.insert(0, Finder(packages, kept))


# Of each function: the dictionaries that hold it, each with its key there, or with its own id
# where it is a key itself. Nothing in here leads to the function.
Places = dict[str, list[tuple[dict, Any]]]


def places_of(names: Iterable[str]) -> Places:
    """Where single functions of modules ("numpy.tanh") are kept, under whatever names."""
    functions = {}
    for name in names:
        home, _, own = name.rpartition(".")
        functions[name] = getattr(importlib.import_module(home), own)
    found: Places = {name: [] for name in functions}
    for holder in gc.get_referrers(*functions.values()):
        kept_in = holder if isinstance(holder, dict) else getattr(holder, "__dict__", {})
        for name, function in functions.items() if kept_in is not functions else ():
            found[name] += [(kept_in, key) for key, one in kept_in.items() if one is function]
            found[name] += [(kept_in, id(key)) for key in kept_in if key is function]
    return found


def hide_functions(names: Iterable[str], places: Places) -> None:
    """Put a stand-in for each of these functions wherever it is kept."""
    for name in names:
        home, _, own = name.rpartition(".")
        for kept_in, key in places[name]:
            if key in kept_in:
                kept_in[key] = HiddenFunction(home, own)
            else:
                kept_in.pop(next(one for one in kept_in if id(one) == key))


def note_use() -> None:
    """Something hidden is being used."""
    _notice[0] = 1


def used() -> bool:
    """Whether something hidden was used since this was last asked."""
    was, _notice[0] = bool(_notice[0]), 0
    return was
