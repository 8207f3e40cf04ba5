"""Names that others chose: kept, compared, shown, and made into names of files.

A learner's name reaches us in the names of folders and files, and may hold anything: line breaks,
marks that turn the direction of writing, half a character, 255 bytes of one letter.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence

SAFE_BYTES = 100
HASH_DIGITS = 12
SHOWN_CHARACTERS = 200

# Windows opens a device under these names, whatever follows after a dot.
DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"} | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(10)
}
# A hashed name has a tilde, a kept one has not: nobody can be named as somebody's hashed name.
KEPT_PUNCTUATION = "._-@"
MARK_OF_HASH = "~"


def clean(name: str) -> str:
    """A name without what cannot be seen in it, and with one way to write each letter."""
    seen = (
        " " if character.isspace() else character
        for character in unicodedata.normalize("NFC", name)
        if character.isspace() or unicodedata.category(character)[0] != "C"
    )
    return " ".join("".join(seen).split())


def shown(text: str) -> str:
    """Text for a message, on one line: what cannot be seen is written as an escape."""
    visible = text
    if not text.isprintable():
        visible = "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
    if len(visible) <= SHOWN_CHARACTERS:
        return visible
    half = SHOWN_CHARACTERS // 2
    return f"{visible[:half]}…{visible[-half:]}"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names for a message, the first few of them."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more:,} more" if more > 0 else "")


def same_id(name: str) -> str:
    """Two ids are the same where this is: upper or lower case and spaces do not matter."""
    return "".join(unicodedata.normalize("NFKC", clean(name).casefold()).split())


def without_accents(name: str) -> str:
    """`same_id`, and accents do not matter either."""
    letters = unicodedata.normalize("NFKD", same_id(name))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def words(name: str) -> tuple[str, ...]:
    """The words of a person's name as they are compared: "Byron, Anna-Lée" is byron, annalee."""
    parts = re.split(r"[\s,_]+", clean(name))
    bare = ("".join(filter(str.isalnum, without_accents(part))) for part in parts)
    return tuple(filter(None, bare))


def safe_name(learner: str) -> str:
    """A name for a learner's file or folder: readable, and never the same for two learners.

    Letters of any alphabet, digits and `._-@` stay. Where anything had to be changed a hash is
    added. Capital letters count as changed: many file systems take "Ada" and "ada" for one.
    """
    if _can_be_kept(learner):
        return learner
    digest = hashlib.sha256(learner.encode("utf-8", "surrogatepass")).hexdigest()[:HASH_DIGITS]
    readable = "".join(
        character if _is_letter(character) or character in "_@" else "-"
        for character in unicodedata.normalize("NFKC", clean(learner))
    )
    room = SAFE_BYTES - HASH_DIGITS - len(MARK_OF_HASH)
    start = re.sub("-+", "-", readable).strip("-").encode()[:room].decode(errors="ignore")
    return f"{start or 'learner'}{MARK_OF_HASH}{digest}"


def _can_be_kept(name: str) -> bool:
    return (
        name == unicodedata.normalize("NFKC", name.casefold()) == name.upper().lower()
        and all(_is_letter(one) or one in KEPT_PUNCTUATION for one in name)
        and name[:1].isalnum()
        and not name.endswith(".")
        and name.partition(".")[0] not in DEVICES
        and len(name.encode()) <= SAFE_BYTES
    )


def _is_letter(character: str) -> bool:
    """A letter or digit, or a mark that belongs to one, of any alphabet."""
    return unicodedata.category(character)[0] in "LMN"
