"""All functions in one table: `actloss.catalog()`."""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from actloss import activations, losses
from actloss.card import range_text
from actloss.function import Activation, Facts, Loss

COLUMNS = ("name", "kind", "formula", "range", "introduced", "used in")


class Catalog:
    """Functions, like beside like. Iterate over it, take one by name, or filter it."""

    def __init__(self, functions: list[Activation | Loss]):
        self.functions = functions

    def filter(self, search: str = "", **facts: Any) -> Catalog:
        """Those whose facts are as given.

        kind="loss", saturates=True, convex=False ...; `search` looks for a word in names, summaries
        and facts.
        """
        known = {"kind", "over", *Facts.__dataclass_fields__}
        if unknown := sorted(facts.keys() - known):
            raise ValueError(
                f"There is no fact named {unknown[0]!r}. There are: {', '.join(sorted(known))}."
            )
        return Catalog(
            [
                function
                for function in self.functions
                if all(_fact(function, name) == wanted for name, wanted in facts.items())
                and search.lower() in _all_words(function)
            ]
        )

    def names(self) -> list[str]:
        return [function.__name__ for function in self.functions]

    def __len__(self) -> int:
        return len(self.functions)

    def __iter__(self) -> Iterator[Activation | Loss]:
        return iter(self.functions)

    def __getitem__(self, name: str) -> Activation | Loss:
        for function in self.functions:
            if function.__name__ == name:
                return function
        raise KeyError(f"There is no function {name!r} here. There are: {', '.join(self.names())}.")

    def _rows(self) -> list[tuple[str, ...]]:
        return [
            (
                function.__name__,
                function.kind,
                function.facts.formula,
                range_text(function.facts.output_range),
                function.facts.introduced,
                function.facts.used_in,
            )
            for function in self.functions
        ]

    def __str__(self) -> str:
        lines = [f"{name:45} {kind:11} {span}" for name, kind, _, span, *_ in self._rows()]
        return "\n".join([f"{len(self)} functions", *lines])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{column}</th>' for column in COLUMNS)
        body = "".join(
            f'<tr><th scope="row"><code>{name}</code></th><td>{kind}</td>'
            f"<td>${html.escape(formula)}$</td>"
            + "".join(f"<td>{html.escape(cell)}</td>" for cell in rest)
            + "</tr>"
            for name, kind, formula, *rest in self._rows()
        )
        return (
            f"<table><caption>{len(self)} functions. Put a name alone in a cell to see its card."
            f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )


def catalog(search: str = "", **facts: Any) -> Catalog:
    """The table of all activations and losses, or of those that `Catalog.filter` would keep."""
    listed = [
        getattr(module, name)
        for module in (activations, losses)
        for name in module.__all__
        if hasattr(getattr(module, name), "facts")
    ]
    return Catalog(listed).filter(search, **facts)


def _fact(function: Activation | Loss, name: str) -> Any:
    return getattr(function if name in ("kind", "over") else function.facts, name)


def _all_words(function: Activation | Loss) -> str:
    facts = function.facts
    texts = [function.__name__, function.__doc__ or "", facts.introduced, facts.popularised]
    return " ".join([*texts, facts.used_in, facts.goes_wrong, *facts.references]).lower()
