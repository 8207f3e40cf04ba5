"""Formulas in plain HTML: the LaTeX of the facts, for where no MathJax sets it, as on paper.

    in_html(r"\\frac{x}{1 + |x|}")   ->   x/(1 + |x|), with its letters in italics

A fraction becomes a slash, with the brackets that keep its meaning. What is written here knows as
much LaTeX as the facts use, and raises ValueError for more.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+\.?\d*|\S")
GREEK = {
    **{"alpha": "α", "delta": "δ", "gamma": "γ", "lambda": "λ", "pi": "π", "sigma": "σ"},
    **{"varphi": "φ", "Gamma": "Γ", "Phi": "Φ"},
}
FUNCTIONS = ("cosh", "log", "max", "min", "tanh")
BINARY = {"+": "+", "-": "−", "\\cdot": "·"}
RELATIONS = {"=": "=", "<": "&lt;", ">": "&gt;", "\\le": "≤", "\\ne": "≠", "\\approx": "≈"}
SPACES = {"\\,": " ", "\\;": " ", "\\quad": " "}
THIN = "\u2009"


@dataclass
class Atom:
    """A piece of a formula: its HTML, and what it is to its neighbours."""

    html: str
    kind: str  # letter, function, sign, binary, relation, open, close, comma, space, fraction


def in_html(latex: str) -> str:
    """A formula as HTML: text, italics, subscripts and superscripts."""
    tokens = iter([*TOKEN.findall(_texts_kept(latex)), "}"])  # the whole is a group, too
    try:
        made = _joined(_atoms(tokens))
        if list(tokens):
            raise ValueError("}")
    except (StopIteration, IndexError, ValueError) as problem:
        raise ValueError(f"{latex} is no LaTeX that actloss.formulas knows.") from problem
    return made


def _texts_kept(latex: str) -> str:
    """The spaces inside \\text{...}, which count, as a sign that is none of LaTeX's."""
    return re.sub(r"\\text\{[^}]*\}", lambda text: text[0].replace(" ", "␣"), latex)


def _atoms(tokens: Iterator[str]) -> list[Atom]:
    """The atoms up to the bracket that closes their group."""
    made: list[Atom] = []
    while (token := next(tokens)) != "}":
        if token in ("^", "_"):
            if made[-1].kind == "fraction" or made[-1].html.startswith("√"):
                made[-1] = Atom(f"({made[-1].html})", "letter")
            tag = "sup" if token == "^" else "sub"
            made[-1].html += f"<{tag}>{_joined(_group(tokens))}</{tag}>"
        else:
            made.append(_atom(token, tokens))
    return made


def _group(tokens: Iterator[str]) -> list[Atom]:
    """An argument: {several tokens}, or one. LaTeX reads 12 as two, and [ as an option."""
    token = next(tokens)
    if re.fullmatch(r"\[|\d.+", token):
        raise ValueError(token)
    return _atoms(tokens) if token == "{" else [_atom(token, tokens)]


def _atom(token: str, tokens: Iterator[str]) -> Atom:
    name = token.removeprefix("\\")
    if token in ("\\left", "\\right"):
        return _atom(next(tokens), tokens)
    if token in ("\\frac", "\\tfrac"):
        return _fraction(_group(tokens), _group(tokens))
    if token == "\\sqrt":
        return Atom(f"√{_bracketed(_group(tokens))}", "letter")
    if token == "\\hat":
        if _joined(_group(tokens)) != "<i>y</i>":
            raise ValueError(token)
        return Atom("<i>ŷ</i>", "letter")
    if token == "\\text":
        return Atom(_upright(tokens), "space")
    if token in ("\\mathrm", "\\operatorname"):
        return Atom(_upright(tokens), "function")
    for kind, known in (("binary", BINARY), ("relation", RELATIONS), ("space", SPACES)):
        if token in known:
            return Atom(known[token], kind)
    if name in FUNCTIONS:
        return Atom(name, "function")
    if token in ("\\sum", "\\partial"):
        return Atom({"\\sum": "Σ", "\\partial": "∂"}[token], "sign")
    if name in GREEK:
        return Atom(f"<i>{GREEK[name]}</i>", "letter")
    if token == "\\|":
        return Atom(f"{THIN}‖{THIN}", "relation")
    if token.startswith("\\") or token in "{}^_&~":
        raise ValueError(token)
    kinds = {"(": "open", "[": "open", ")": "close", "]": "close", ",": "comma", ";": "comma"}
    shown = f"<i>{token}</i>" if token.isalpha() else html.escape(token)
    return Atom(shown, kinds.get(token, "letter"))


def _upright(tokens: Iterator[str]) -> str:
    """The text of a group, as it stands."""
    next(tokens)  # its bracket
    return "".join(iter(tokens.__next__, "}")).replace("␣", " ")


def _fraction(above: list[Atom], below: list[Atom]) -> Atom:
    upper, lower = _joined(above), _joined(below)
    if (upper, lower) == ("1", "2"):
        return Atom("½", "letter")
    parts = _outside_brackets(above)[1:]
    if any(atom.kind in ("binary", "relation", "comma") for atom in parts):
        upper = f"({upper})"
    return Atom(f"{upper}/{_bracketed(below)}", "fraction")


def _bracketed(atoms: list[Atom]) -> str:
    """In brackets, unless it is a single thing."""
    things = [atom for atom in _outside_brackets(atoms) if atom.kind not in ("sign", "space")]
    single = len(things) == 1 and things[0].kind != "fraction"
    return _joined(atoms) if single else f"({_joined(atoms)})"


def _outside_brackets(atoms: list[Atom]) -> list[Atom]:
    """The atoms, with one for each pair of brackets and what it holds."""
    found, depth = [], 0
    for atom in atoms:
        depth -= atom.kind == "close"
        if depth == 0 and atom.kind != "close":
            found.append(atom)
        depth += atom.kind == "open"
    return found


def _joined(atoms: list[Atom]) -> str:
    """The atoms side by side, with spaces where a reader wants them."""
    made = ""
    for i, atom in enumerate(atoms):
        before = _kind_beside(atoms, i, -1)
        after = _kind_beside(atoms, i, +1)
        shown = atom.html
        if atom.kind == "relation" or (atom.kind == "binary" and _ends_a_term(before)):
            shown = f" {shown} "
        elif atom.kind == "comma":
            shown = f"{shown} "
        elif atom.kind == "fraction" and (
            _ends_a_term(before) or before in ("function", "sign") or _begins_a_factor(after)
        ):
            shown = f"({shown})" + (THIN if after == "letter" else "")
        if atom.kind in ("function", "sign") and (_ends_a_term(before) or before == "function"):
            shown = THIN + shown
        if atom.kind == "function" or atom.html.startswith("Σ"):
            shown += THIN if after in ("letter", "sign") else ""
        made += shown
    return re.sub(rf"[ {THIN}]* [ {THIN}]*|{THIN}{THIN}", " ", made).strip()


def _kind_beside(atoms: list[Atom], i: int, step: int) -> str:
    """What the next atom on one side is, spaces apart; "" at the end."""
    i += step
    while 0 <= i < len(atoms) and atoms[i].kind == "space" and not atoms[i].html.strip():
        i += step
    return atoms[i].kind if 0 <= i < len(atoms) else ""


def _ends_a_term(kind: str) -> bool:
    return kind in ("letter", "close", "fraction")


def _begins_a_factor(kind: str) -> bool:
    return kind in ("letter", "function", "sign", "open")
