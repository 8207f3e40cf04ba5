"""The data are what they claim to be, and say where they come from."""

import hashlib
import importlib.util
import tomllib
from pathlib import Path

import numpy as np
import pytest

from actloss.genomics import datasets, decode, groups_by_shared_kmer, load_promoters

DATA = Path(datasets.__file__).parent / "data"
KERNLAB = Path("/usr/lib/R/site-library/kernlab/data/promotergene.rda")


@pytest.fixture(scope="module")
def promoters():
    return load_promoters()


def test_promoters_have_the_shapes_they_state(promoters):
    assert len(promoters.sequences) == 106
    assert {len(sequence) for sequence in promoters.sequences} == {57}
    assert promoters.target.shape == (106,)
    assert promoters.data.shape == (106, 228)
    assert len(promoters.feature_names) == 228
    assert promoters.positions.shape == (57,)


def test_half_are_promoters(promoters):
    assert promoters.target.tolist() == [1] * 53 + [0] * 53


def test_positions_have_no_zero(promoters):
    assert promoters.positions.tolist() == [*range(-50, 0), *range(1, 8)]


def test_columns_are_named_by_position_and_letter(promoters):
    column = promoters.feature_names.index("-35 T")
    at_35 = [sequence[15] == "T" for sequence in promoters.sequences]
    np.testing.assert_array_equal(promoters.data[:, column], at_35)


def test_data_are_the_sequences(promoters):
    assert decode(promoters.data.reshape(106, 57, 4)) == promoters.sequences


def test_return_X_y_gives_data_and_target(promoters):
    data, target = load_promoters(return_X_y=True)
    np.testing.assert_array_equal(data, promoters.data)
    np.testing.assert_array_equal(target, promoters.target)


def test_the_description_names_source_licence_and_the_overlap(promoters):
    for part in (promoters.source, promoters.license, "Harley", "Towell", "48 of the 53"):
        assert part in promoters.DESCR
    assert "CC BY 4.0" in promoters.license
    assert "10.24432/C5S01D" in promoters.source


def test_the_others_overlap_as_the_description_says(promoters):
    others = promoters.sequences[53:]
    sizes = np.bincount(groups_by_shared_kmer(others, 20))
    assert sum(sizes[sizes > 1]) == 48
    assert len(sizes) == 15
    assert sizes.max() == 9


def test_no_promoter_shares_twelve_bases_with_another_piece(promoters):
    groups = groups_by_shared_kmer(promoters.sequences, 12)
    assert not set(groups[:53]) & set(groups[53:])


def test_a_damaged_file_is_refused(tmp_path, monkeypatch):
    for name in ("promoters.csv", "promoters.toml"):
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    with (tmp_path / "promoters.csv").open("a") as file:
        file.write("1,ACGT\n")
    monkeypatch.setattr(datasets, "DATA", tmp_path)
    with pytest.raises(ValueError, match=r"promoters\.csv is damaged.*git checkout"):
        load_promoters()


@pytest.mark.parametrize("sidecar", sorted(DATA.glob("*.toml")), ids=lambda path: path.stem)
def test_every_file_has_source_licence_and_a_true_checksum(sidecar):
    about = tomllib.loads(sidecar.read_text(encoding="utf-8"))
    assert {"title", "source", "license", "made_by", "references", "description"} <= set(about)
    assert (DATA / about["made_by"]).exists()
    content = (DATA / about["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == about["sha256"]


def test_every_data_file_has_a_sidecar():
    described = {tomllib.loads(path.read_text())["file"] for path in DATA.glob("*.toml")}
    assert {path.name for path in DATA.glob("*.csv")} == described


@pytest.mark.skipif(not KERNLAB.exists(), reason="needs `apt-get install r-cran-kernlab`")
def test_the_script_makes_the_file_again():
    about = tomllib.loads((DATA / "promoters.toml").read_text(encoding="utf-8"))
    spec = importlib.util.spec_from_file_location("make", DATA / about["made_by"])
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    assert make.promoters_csv(KERNLAB) == (DATA / about["file"]).read_text(encoding="ascii")
