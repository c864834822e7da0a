"""How well places are found however they are typed: shares over a real city's names, the same at every run."""

import pytest

from app.civic.places import PlaceIndex
from scripts.measure.johannesburg import real_city, real_sentences
from scripts.measure.places import DAY, RIGHT, choices_of_four_letters, named_in_sentences, typed_names


@pytest.fixture(scope="module")
def city(shared_data, tmp_path_factory):
    return real_city(shared_data, tmp_path_factory.mktemp("places"))


@pytest.fixture(scope="module")
def index(city):
    return PlaceIndex(city, DAY)


@pytest.fixture(scope="module")
def typed(index, city):
    return {tally.kind: tally for tally in typed_names(index, city.places)}


@pytest.fixture(scope="module")
def sentences(index, city, shared_data):
    tallies = named_in_sentences(index, city.places[::3], real_sentences(shared_data))
    return {tally.kind: tally for tally in tallies}


def test_it_is_measured_on_a_real_city(city, typed):
    assert len(city.places) > 1500
    assert typed["all"].attempts > 15_000


def test_a_mistyped_place_is_found_or_asked_back_on_the_first_two_pages(typed):
    assert typed["all"].share(*RIGHT) >= 99


def test_a_mistyped_place_is_hardly_ever_taken_for_another_without_asking(typed):
    assert typed["all"].share("wrong") <= 0.1


def test_no_kind_of_mistake_is_much_worse_than_the_others(typed):
    kinds = set(typed) - {"first four letters", "number wrong"}

    assert min(typed[kind].share(*RIGHT) for kind in kinds) >= 97


def test_a_whole_name_always_finds_its_place(typed):
    assert typed["whole name"].share(*RIGHT) == 100


def test_four_letters_leave_a_few_choices(index, city, typed):
    choices = choices_of_four_letters(index, city.places)

    assert choices[len(choices) // 2] <= 6
    assert typed["first four letters"].share("wrong", "nothing") == 0


def test_a_message_that_names_a_place_is_placed(sentences):
    assert sentences["whole name"].share("alone") >= 99
    assert sentences["whole name"].share("wrong") <= 0.2


def test_a_message_with_a_mistyped_place_is_seldom_filed_elsewhere(sentences):
    mistakes = [tally for kind, tally in sentences.items() if kind not in ("whole name", "no place")]

    assert sum(tally.counts["wrong"] for tally in mistakes) / sum(tally.attempts for tally in mistakes) <= 0.005


def test_words_of_real_messages_are_seldom_taken_for_places(sentences):
    assert sentences["no place"].share("wrong") <= 1.5
