"""A unit is found by its slug, its number or its notebooks' name, and by nothing else."""

import pytest

from actloss.course.units import Unknown, find_unit


@pytest.mark.parametrize("name", ["squashing", "2", "02", "02-squashing"])
def test_a_unit_is_found_by_each_of_its_names(name):
    assert find_unit(name).stem == "02-squashing"


@pytest.mark.parametrize("name", ["77-squashing", "03-squashing", "-squashing", "02squashing"])
def test_a_name_with_a_wrong_number_is_nobody_s(name):
    with pytest.raises(Unknown, match="Did you mean 'squashing'"):
        find_unit(name)
