"""Letters to numbers and back, and who overlaps whom."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actloss.genomics import decode, groups_by_shared_kmer, kmers, one_hot

dna = st.text(alphabet="ACGTN", max_size=30)
same_length = st.integers(0, 12).flatmap(
    lambda length: st.lists(st.text("ACGTN", min_size=length, max_size=length), max_size=8)
)


def test_one_hot_puts_the_letters_in_the_order_of_the_alphabet():
    np.testing.assert_array_equal(one_hot("ACGT"), np.eye(4))
    np.testing.assert_array_equal(one_hot("ACGT", alphabet="TGCA"), np.eye(4)[::-1])


def test_one_hot_has_positions_before_letters():
    encoded = one_hot(["GAT", "CCC"])
    assert encoded.shape == (2, 3, 4)
    assert encoded.dtype == np.float64
    np.testing.assert_array_equal(encoded[0, 0], [0, 0, 1, 0])


def test_a_base_not_known_is_zeros_unless_it_is_a_letter():
    np.testing.assert_array_equal(one_hot("N"), [[0, 0, 0, 0]])
    np.testing.assert_array_equal(one_hot("N", alphabet="KN"), [[0, 1]])  # asparagine


def test_small_letters_count_as_capitals():
    np.testing.assert_array_equal(one_hot("acgtn"), one_hot("ACGTN"))


@pytest.mark.parametrize(("sequences", "shape"), [([], (0, 0, 4)), ([""], (1, 0, 4)), ("", (0, 4))])
def test_nothing_encodes_to_nothing(sequences, shape):
    assert one_hot(sequences).shape == shape


@given(dna)
def test_decode_undoes_one_hot(sequence):
    assert decode(one_hot(sequence)) == sequence


@given(same_length)
def test_decode_undoes_one_hot_of_many(sequences):
    assert decode(one_hot(sequences)) == sequences


def test_an_unknown_letter_is_reported_with_its_place():
    with pytest.raises(ValueError, match=r"letter 'x' at position 2 of sequence 1"):
        one_hot(["ACGT", "ACxT"])


def test_unequal_lengths_are_reported_with_both():
    with pytest.raises(ValueError, match=r"4 letters in sequence 0 and 3 in sequence 1"):
        one_hot(["ACGT", "ACG"])


def test_numbers_are_no_sequence():
    with pytest.raises(TypeError, match=r"got int as sequence 1"):
        one_hot(["A", 1])


def test_decode_refuses_what_is_not_one_hot():
    with pytest.raises(ValueError, match="is it one-hot"):
        decode(np.full((2, 4), 0.25))
    with pytest.raises(ValueError, match="is it one-hot"):
        decode(np.ones((1, 4)))
    with pytest.raises(ValueError, match=r"got \(2, 3\)"):
        decode(np.zeros((2, 3)))
    with pytest.raises(ValueError, match=r"got \(4,\)"):
        decode(np.zeros(4))


@given(dna, st.integers(1, 8))
def test_kmers_are_the_windows(sequence, k):
    words = kmers(sequence, k)
    assert len(words) == max(0, len(sequence) - k + 1)
    assert all(len(word) == k for word in words)
    assert all(sequence.startswith(word, start) for start, word in enumerate(words))


def test_a_word_has_a_letter():
    with pytest.raises(ValueError, match="k = 0"):
        kmers("ACGT", 0)


def test_groups_join_through_a_third_sequence():
    chain = ["AAAACCCC", "CCCCGGGG", "GGGGTTTT", "ATATATAT"]
    np.testing.assert_array_equal(groups_by_shared_kmer(chain, 4), [0, 0, 0, 1])
    np.testing.assert_array_equal(groups_by_shared_kmer(chain, 5), [0, 1, 2, 3])


def test_a_later_sequence_can_join_two_groups():
    assert len(set(groups_by_shared_kmer(["AAAA", "CCCC", "AAAACCCC"], 4).tolist())) == 1


def test_unknown_bases_connect_nobody():
    np.testing.assert_array_equal(groups_by_shared_kmer(["NNNNA", "NNNNC"], 4), [0, 1])


def test_groups_do_not_mind_small_letters():
    np.testing.assert_array_equal(groups_by_shared_kmer(["acgt", "ACGT"], 4), [0, 0])


def test_no_sequences_make_no_groups():
    assert groups_by_shared_kmer([], 3).shape == (0,)


@given(st.lists(st.text("AC", max_size=7), max_size=9), st.integers(1, 4))
def test_groups_are_the_connected_components(sequences, k):
    groups = groups_by_shared_kmer(sequences, k)
    assert groups.tolist() == _components(sequences, k)


def _components(sequences, k):
    """The same by walking from each sequence that has no group yet."""
    share = [
        [i == j or bool(set(kmers(a, k)) & set(kmers(b, k))) for j, b in enumerate(sequences)]
        for i, a in enumerate(sequences)
    ]
    groups = [-1] * len(sequences)
    for start, number in zip(range(len(sequences)), itertools.count(), strict=False):
        waiting = [start] if groups[start] < 0 else []
        while waiting:
            i = waiting.pop()
            groups[i] = number
            waiting += [j for j in range(len(sequences)) if share[i][j] and groups[j] < 0]
    return [sorted(set(groups)).index(group) for group in groups]
