"""Letters to numbers and back: one-hot arrays, k-mers, and groups of sequences that overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

DNA = "ACGT"
UNKNOWN = "N"


def one_hot(sequences: str | Sequence[str], alphabet: str = DNA) -> np.ndarray:
    """One column a letter: 1 where the sequence has that letter, 0 elsewhere.

    Parameters
    ----------
    sequences : n sequences of one length, or a single one. Small letters count as capitals.
    alphabet : the letters in the order of their columns. N, where it is no letter of the
        alphabet, stands for a base that is not known, and becomes zeros.

    Returns
    -------
    float64 array of shape (n, length, letters), or (length, letters) for a single sequence.

    >>> one_hot("GAN")
    array([[0., 0., 1., 0.],
           [1., 0., 0., 0.],
           [0., 0., 0., 0.]])
    """
    if isinstance(sequences, str):
        return one_hot([sequences], alphabet)[0]
    capitals = _checked(sequences, alphabet)
    length = len(capitals[0]) if capitals else 0
    letters = np.array([list(sequence) for sequence in capitals], dtype=str)
    return (letters.reshape(len(capitals), length, 1) == np.array(list(alphabet))).astype(float)


def decode(encoded: np.ndarray, alphabet: str = DNA) -> str | list[str]:
    """The sequences that `one_hot` encoded: a list, or one text for an array of two dimensions.

    A position without a 1 becomes N.
    """
    encoded = np.asarray(encoded)
    if encoded.ndim not in (2, 3) or encoded.shape[-1] != len(alphabet):
        raise ValueError(
            f"expected shape (n, length, {len(alphabet)}) or (length, {len(alphabet)}) for the "
            f"alphabet {alphabet!r}, got {encoded.shape}"
        )
    if not (np.isin(encoded, (0, 1)).all() and (encoded.sum(axis=-1) <= 1).all()):
        raise ValueError("expected one 1 or none at each position and 0 elsewhere; is it one-hot?")
    known = encoded.any(axis=-1)
    letters = np.where(known, np.array(list(alphabet))[encoded.argmax(axis=-1)], UNKNOWN)
    return "".join(letters) if letters.ndim == 1 else ["".join(row) for row in letters]


def kmers(sequence: str, k: int) -> list[str]:
    """Every word of k letters in a sequence, in order: length - k + 1 of them, or none.

    >>> kmers("GATTA", 3)
    ['GAT', 'ATT', 'TTA']
    """
    if k < 1:
        raise ValueError(f"a word has at least one letter, got k = {k}")
    return [sequence[start : start + k] for start in range(len(sequence) - k + 1)]


def groups_by_shared_kmer(sequences: Sequence[str], k: int) -> np.ndarray:
    """Number the groups of sequences that a chain of shared words of k letters connects.

    Two sequences are in one group if they share a word, or if each shares one with a third, and
    so on (the connected components). Words with an N are not compared. The strand is taken as it
    is written.

    Returns
    -------
    Integer array of shape (n,): groups are numbered from 0 in the order of their first member.

    >>> groups_by_shared_kmer(["GATTACA", "CCCCCCC", "TTACAGG"], k=5)
    array([0, 1, 0])
    """
    group = list(range(len(sequences)))
    first_with: dict[str, int] = {}
    for i, sequence in enumerate(sequences):
        for word in kmers(sequence.upper(), k):
            if UNKNOWN in word:
                continue
            j = first_with.setdefault(word, i)
            if group[j] != group[i]:
                joined, kept = group[i], group[j]
                group = [kept if number == joined else number for number in group]
    number = {old: new for new, old in enumerate(dict.fromkeys(group))}
    return np.array([number[old] for old in group], dtype=int)


def _checked(sequences: Sequence[str], alphabet: str) -> list[str]:
    """The sequences in capitals, or an error that says which one is wrong, and where."""
    capitals = []
    for i, sequence in enumerate(sequences):
        if not isinstance(sequence, str):
            raise TypeError(f"expected text, got {type(sequence).__name__} as sequence {i}")
        if len(sequence) != len(sequences[0]):
            raise ValueError(
                f"expected sequences of one length, got {len(sequences[0])} letters in sequence 0 "
                f"and {len(sequence)} in sequence {i}; cut or pad them with N"
            )
        capitals.append(sequence.upper())
        for position, letter in enumerate(capitals[-1]):
            if letter not in alphabet and letter != UNKNOWN:
                raise ValueError(
                    f"letter {sequence[position]!r} at position {position} of sequence {i} "
                    f"(counting from 0) is neither in {alphabet!r} nor N"
                )
    return capitals
