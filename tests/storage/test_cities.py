"""The city that a process knows: looked for once for all who wait, its wards called as the keywords say."""

import shutil
from dataclasses import dataclass
from time import monotonic

from app.engine import edition
from app.storage import cities, editions
from app.wiring import FLOWS, Services


@dataclass
class Turnstile:
    """A lock that is had only after another thread has looked."""

    cities: cities.Cities

    def __enter__(self) -> None:
        self.cities.looked_at = monotonic()

    def __exit__(self, *raised: object) -> None:
        pass


def test_who_waited_while_another_looked_does_not_look_again(services: Services, monkeypatch):
    before = services.cities.current()
    services.cities.looked_at = 0.0
    services.cities.lock = Turnstile(services.cities)  # type: ignore[assignment]
    monkeypatch.delattr(cities, "newest")

    assert services.cities.current() is before


def test_a_ward_is_called_as_the_keywords_say(services: Services):
    ward = services.cities.current().places.ward_of_number("kata 11")

    assert ward is not None
    assert ward.key == "2021/11"


def test_another_word_for_a_ward_is_understood_a_few_seconds_after_it_is_said(services: Services, tmp_path):
    services.editions.source = shutil.copytree(FLOWS, tmp_path / "flows")
    assert services.cities.current().places.ward_of_number("bairro 11") is None
    path = services.editions.source / "keywords.yaml"
    path.write_text(path.read_text("utf-8").replace("  pt: [ward]", "  pt: [ward, bairro]"), "utf-8")
    made = edition.read(services.editions.source)
    with services.database.begin() as session:
        editions.publish(session, made.digest, edition.written(made), services.clock.now())

    services.cities.looked_at = services.editions.looked_at = 0.0
    found = services.cities.current().places.ward_of_number("bairro 11")

    assert found is not None
    assert found.key == "2021/11"


def test_a_folder_with_broken_keywords_keeps_no_city_back(services: Services, tmp_path):
    services.editions.source = shutil.copytree(FLOWS, tmp_path / "flows")
    path = services.editions.source / "keywords.yaml"
    path.write_text(path.read_text("utf-8").replace("takes: keyword", "takes: anything"), "utf-8")
    services.cities.known = None

    assert services.cities.current().city.places
