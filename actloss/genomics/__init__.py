"""DNA as numbers, and real sequences to learn from."""

from actloss.genomics.datasets import Dataset, load_promoters
from actloss.genomics.sequences import decode, groups_by_shared_kmer, kmers, one_hot

__all__ = ["Dataset", "decode", "groups_by_shared_kmer", "kmers", "load_promoters", "one_hot"]
