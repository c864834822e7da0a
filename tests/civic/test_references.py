import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.civic import references
from app.civic.references import FIRST, LAST, grouped, make, read

numbers = st.integers(FIRST, LAST)


@given(numbers)
def test_a_reference_is_7_to_9_digits_and_reads_back(number):
    reference = make(number)

    assert reference.isdigit()
    assert 7 <= len(reference) <= 9
    assert read(grouped(reference)) == reference


@given(numbers, st.data())
def test_one_wrong_digit_is_noticed(number, data):
    reference = make(number)
    at = data.draw(st.integers(0, len(reference) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != reference[at]]))

    assert read(reference[:at] + wrong + reference[at + 1 :]) is None


@given(numbers, st.data())
def test_two_neighbours_swapped_are_noticed(number, data):
    reference = make(number)
    at = data.draw(st.integers(0, len(reference) - 2))
    swapped = reference[:at] + reference[at + 1] + reference[at] + reference[at + 2 :]

    assert swapped == reference or read(swapped) is None


def test_the_check_digit_is_damms():
    assert references.check("572") == 4  # the worked example of the published algorithm


def test_a_reference_is_shown_in_threes():
    assert grouped("4829131") == "482 913 1"


@pytest.mark.parametrize("written", ["{} ", " {}", "{}#"])
def test_spaces_and_a_hash_do_not_matter(written):
    assert read(written.format(make(482_913))) == make(482_913)


@pytest.mark.parametrize("typed", ["", "12", "ORLA", "1234567890123", "²²²²²²²", "0000000"])
def test_what_is_not_a_reference_is_none(typed):
    assert read(typed) is None


@pytest.mark.parametrize("number", [0, -1, FIRST - 1, LAST + 1])
def test_a_number_without_a_reference_is_refused(number):
    with pytest.raises(ValueError, match="no reference"):
        make(number)
