import csv

import pytest

from app.civic.msisdn import mask, parse, region


@pytest.mark.parametrize(
    "raw",
    ["+27821234567", "27821234567", " 27821234567", "082 123 4567", "0027821234567", "(082) 123-4567", "821234567"],
)
def test_one_number_is_one_string_however_it_is_written(raw):
    assert parse(raw, "ZA") == "+27821234567"


@pytest.mark.parametrize("raw", ["+254711234567", "254711234567", "00254711234567"])
def test_a_phone_from_abroad_is_a_phone(raw):
    assert parse(raw, "ZA") == "+254711234567"


def test_a_range_newer_than_our_lists_is_not_shut_out():
    assert parse("+27921234567", "ZA") == "+27921234567"


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "+",
        "31245",
        "112",
        "+2782123456",
        "+278212345678",
        "08212345",
        "+27821234567\n1",
        "anonymous",
        "+1234",
        "١٢",
    ],
)
def test_what_is_not_a_phone_number_is_none(raw):
    assert parse(raw, "ZA") is None


@pytest.mark.parametrize("number", ["+27821234512", "+27611234512"])
def test_a_mask_keeps_the_country_and_two_digits(number):
    assert mask(number) == "+27 ** *** **12"


def test_a_mask_of_a_foreign_number_shows_its_country():
    assert mask("+254711234578") == "+254 ** *** **78"


@pytest.mark.parametrize(
    ("number", "country"), [("+27821234567", "ZA"), ("+254711234567", "KE"), ("+27921234567", "ZA")]
)
def test_the_country_of_a_number_is_known(number, country):
    assert region(number) == country


def test_a_number_of_no_country_has_no_region():
    assert region("+999123456789") is None


def test_every_real_example_mobile_is_read_back(shared_data):
    with (shared_data / "phones/example_numbers.csv").open(encoding="utf-8", newline="") as file:
        mobiles = [row for row in csv.DictReader(file) if row["type"] == "MOBILE"]

    for row in mobiles:
        assert parse(row["international"], "ZA") == row["e164"]
        assert parse(row["national"], row["region"]) == row["e164"]
