"""What unit 15 says about one neuron on the promoters, and that it does not hang by a thread.

The lesson trains its neurons one by one. Here all the neurons of an experiment are trained at
once, one row of weights each, which gives the same numbers sooner.
"""

import functools
from math import comb

import numpy as np
import pytest

from actloss.genomics import groups_by_shared_kmer, kmers, load_promoters

STEPS, RATE, L2 = 200, 0.2, 0.01
MARGIN = 1e-3  # of logits from the decision: far above rounding, which is below 1e-10
PROMOTERS = load_promoters()
TARGET = PROMOTERS.target
POSITIONS = PROMOTERS.positions.tolist()


def sigmoid(logit):
    return (1 + np.tanh(logit / 2)) / 2


def train_all(x, target, seen, steps=STEPS):
    """One neuron for each row of `seen`, which says what it is trained on."""
    share = seen / seen.sum(axis=1, keepdims=True)
    w, b = np.zeros((len(seen), x.shape[1])), np.zeros((len(seen), 1))
    for _ in range(steps):
        difference = (sigmoid(w @ x.T + b) - target) * share
        w -= RATE * (difference @ x + L2 * w)
        b -= RATE * difference.sum(axis=1, keepdims=True)
    return w, b


def held_out(x, target, groups, steps=STEPS):
    """Each piece's logit from a neuron that has seen nothing of its group."""
    numbers, neuron = np.unique(groups, return_inverse=True)
    seen = (numbers[:, np.newaxis] != np.asarray(groups)).astype(float)
    w, b = train_all(x, target, seen, steps)
    return np.sum(w[neuron] * x, axis=1) + b[neuron, 0]


def errors(logit, target=TARGET):
    assert np.abs(logit).min() > MARGIN, "a decision hangs by a thread"
    return int(np.sum((logit > 0) != (target == 1)))


@pytest.fixture(scope="module")
def x():
    return PROMOTERS.data


@pytest.fixture(scope="module")
def has_word():
    vocabulary = sorted({word for s in PROMOTERS.sequences for word in kmers(s, 5)})
    assert len(vocabulary) == 974
    return np.array([[float(word in s) for word in vocabulary] for s in PROMOTERS.sequences])


@functools.cache
def families():
    return groups_by_shared_kmer(PROMOTERS.sequences, 20)


def random_groups(seed):
    rng = np.random.default_rng(seed)
    drawn = families().copy()
    for of_class in (TARGET == 0, TARGET == 1):
        drawn[of_class] = rng.permutation(drawn[of_class])
    return drawn


EACH_ALONE = np.arange(106)


def on_itself(x, target):
    w, b = train_all(x, target, np.ones((1, 106)))
    return x @ w[0] + b[0]


def test_no_errors_on_what_it_was_trained_on_even_without_meaning(x):
    shuffled = np.random.default_rng(0).permutation(TARGET)
    assert errors(on_itself(x, TARGET)) == 0
    assert errors(on_itself(x, shuffled), shuffled) == 0
    assert 35 < errors(held_out(x, shuffled, EACH_ALONE), shuffled) < 71


def test_eight_errors_by_position_whatever_is_left_out(x):
    one_out = held_out(x, TARGET, EACH_ALONE)
    assert errors(one_out) == 8
    assert np.sum((one_out < 0) & (TARGET == 1)) == 4
    assert len(np.unique(families())) == 64
    assert errors(held_out(x, TARGET, families())) == 8


def test_random_groups_cost_as_much_as_families_by_position(x):
    assert [errors(held_out(x, TARGET, random_groups(seed))) for seed in range(3)] == [8, 7, 9]


def test_words_leak(x, has_word):
    family_out = held_out(has_word, TARGET, families())
    assert errors(held_out(has_word, TARGET, EACH_ALONE)) == 2
    assert errors(held_out(has_word, TARGET, random_groups(0))) == 2
    assert errors(family_out) == 20
    assert np.sum((family_out > 0) & (TARGET == 0)) == 19


def test_other_numbers_of_steps_make_seven_or_eight(x):
    found = [errors(held_out(x, TARGET, EACH_ALONE, steps)) for steps in (10, 30, 100)]
    assert found == [8, 7, 8]


def test_a_neuron_that_knows_nothing_is_wrong_every_time():
    assert errors(held_out(np.zeros((106, 1)), TARGET, EACH_ALONE)) == 106


def test_the_weights_spell_the_minus_35_box(x):
    w, _ = train_all(x, TARGET, np.ones((1, 106)))
    rows = w.reshape(57, 4)[POSITIONS.index(-36) :][:6]
    assert "".join("ACGT"[i] for i in rows.argmax(axis=1)) == "TTGACA"
    second, first = np.sort(rows, axis=1)[:, -2:].T
    assert (first - second).min() > 0.1


def test_the_promoters_are_aligned_by_their_minus_35_box():
    def good(start, box):
        at = POSITIONS.index(start)
        pieces = [sequence[at : at + 6] for sequence in PROMOTERS.sequences[:53]]
        return sum(sum(a == b for a, b in zip(p, box, strict=True)) >= 4 for p in pieces)

    assert [good(start, "TTGACA") for start in range(-39, -32)] == [0, 0, 0, 33, 0, 1, 1]
    assert [good(start, "TATAAT") for start in range(-17, -10)] == [4, 6, 5, 16, 15, 8, 2]
    by_chance = sum(comb(6, k) * 0.25**k * 0.75 ** (6 - k) for k in (4, 5, 6))
    assert round(53 * by_chance) == 2


def test_some_of_the_other_pieces_are_of_phage_t7():
    core_of_the_terminator = "CTCTAAACGGGTCTTGAGGGGTTTTTTG"
    assert sum(core_of_the_terminator in piece for piece in PROMOTERS.sequences[53:]) == 4
