"""The public pages and figures: what people, the press and programs may rely on."""

import csv
import io
import re
from datetime import date, timedelta

import pytest

from app.storage.counters import Deltas
from app.web.public.charts import coloured, columns, lengths
from app.web.public.sheet import cell
from app.web.public.wording import few, span
from tests.conftest import demo_city
from tests.phones import work

TODAY = date(2026, 3, 3)
WARD = "2021/3"


@pytest.fixture
def counted(services):
    """Counts `(ward, day, category, metric, n)` rows."""

    def count(*rows):
        deltas = Deltas()
        for row in rows:
            deltas.add(*row)
        with services.database.begin() as session:
            deltas.apply(session)

    return count


def words(html):
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


# -- figures for programs ----------------------------------------------------------------------------------------------


def test_the_wards_are_those_of_today(browser):
    answer = browser.get("/api/v1/wards").json

    assert len(answer) == 24
    assert answer[0] == {"number": 1, "code": "VZN_1", "name": "Centre", "delimitation": "2021"}


def test_a_summary_has_the_names_of_the_contract(browser, counted):
    counted((WARD, TODAY, "WATER", "reports", 2), (WARD, TODAY, "WATER", "new", 1), (WARD, TODAY, "WATER", "open", 1))

    assert browser.get("/api/v1/wards/3/summary").json == {
        "ward": 3,
        "period": {"from": "2026-02-02", "to": "2026-03-03"},
        "reports": 2,
        "cases": {"new": 1, "fixed": 0, "reopened": 0, "says_fixed": 0, "says_not_fixed": 0, "no_answer": 0},
        "open": 1,
        "overdue": 0,
        "by_category": {"WATER": {"reports": 2, "cases": 1, "open": 1, "overdue": 0}},
    }


def test_the_city_says_what_has_no_ward(browser, counted):
    counted((WARD, TODAY, "WATER", "reports", 2), (None, TODAY, "WATER", "reports", 3))

    answer = browser.get("/api/v1/summary").json
    assert (answer["ward"], answer["reports"], answer["unplaced"]) == (None, 5, 3)


def test_a_report_by_phone_shows_in_its_ward(services, gateway, browser):
    gateway.report()
    work(services)

    answer = browser.get("/api/v1/wards/3/summary").json
    assert (answer["reports"], answer["cases"]["new"], answer["open"]) == (1, 1, 1)


def test_what_is_not_public_is_never_named(browser, counted):
    counted((WARD, TODAY, "ILLEGAL", "reports", 2), (WARD, TODAY, "NEIGHBOUR", "reports", 1))

    for path in ("/api/v1/wards/3/summary", "/api/v1/summary"):
        assert browser.get(path).json["by_category"] == {
            "NOT_PUBLIC": {"reports": 3, "cases": 0, "open": 0, "overdue": 0}
        }
    for path in ("/api/v1/wards/3/summary.csv", "/api/v1/summary.csv", "/wards/3", "/wards"):
        assert not re.search("ILLEGAL|NEIGHBOUR|Illegal|Neighbour", browser.get(path).text)


def test_the_default_period_is_the_last_thirty_days_of_the_city(browser, counted):
    first = TODAY - timedelta(29)
    counted((WARD, first, "WATER", "reports", 1), (WARD, first - timedelta(1), "WATER", "reports", 10))

    assert browser.get("/api/v1/wards/3/summary").json["reports"] == 1


@pytest.mark.parametrize(
    ("query", "period"),
    [
        ("from=2026-01-01&to=2026-01-31", ("2026-01-01", "2026-01-31")),
        ("from=2026-03-01", ("2026-03-01", "2026-03-03")),
        ("to=2026-01-31", ("2026-01-02", "2026-01-31")),
        ("from=&to=", ("2026-02-02", "2026-03-03")),
        ("from=2024-02-29&to=2024-02-29", ("2024-02-29", "2024-02-29")),
    ],
)
def test_a_period_is_what_was_asked(browser, query, period):
    found = browser.get(f"/api/v1/summary?{query}").json["period"]

    assert (found["from"], found["to"]) == period


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("from=yesterday", "from must be a date like 2026-03-01."),
        ("to=2026-02-30", "to must be a date like 2026-03-01."),
        ("from=20260301", "from must be a date like 2026-03-01."),
        ("from=2026-03-02&to=2026-03-01", "The period ends before it begins"),
        ("to=0001-01-01", "There is nothing before"),
        ("from=2026-03-01'--", "from must be a date"),
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/summary", "/wards", "/wards/3"])
def test_a_period_that_makes_no_sense_is_told_in_a_sentence(browser, path, query, says):
    answer = browser.get(f"{path}?{query}")

    assert (answer.status_code, says in answer.text.replace("&#39;", "'")) == (400, True)


@pytest.mark.parametrize("number", ["0", "25", "1.5", "-1", "99999999999999999999", "x", "²"])
@pytest.mark.parametrize("path", ["/api/v1/wards/{}/summary", "/wards/{}"])
def test_a_ward_that_is_not_there_is_404(browser, path, number):
    assert browser.get(path.format(number)).status_code == 404


def test_a_missing_ward_is_answered_with_those_there_are(browser):
    assert "Vezani has wards 1 to 24." in browser.get("/api/v1/wards/99/summary").json["error"]


def test_figures_are_open_to_every_page_of_the_web(browser):
    assert browser.get("/api/v1/summary").headers["Access-Control-Allow-Origin"] == "*"


def test_a_spreadsheet_gets_the_same_figures(browser, counted):
    counted((WARD, TODAY, "WATER", "reports", 2), (WARD, TODAY, "LEAK", "says_fixed", 1))

    answer = browser.get("/api/v1/wards/3/summary.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.content_type == "text/csv; charset=utf-8"
    assert [(row["category"], row["reports"], row["says_fixed"]) for row in rows] == [
        ("*", "2", "1"),
        ("LEAK", "0", ""),
        ("WATER", "2", ""),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start):
    assert cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


def test_a_negative_number_stays_a_number():
    assert cell(-2) == -2


@pytest.mark.parametrize("poll", ["1", "99999999999999999999999"])
def test_a_poll_that_is_not_there_is_404(browser, poll):
    assert browser.get(f"/api/v1/polls/{poll}/results").status_code == 404


# -- pages -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/wards", "/wards/3", "/nowhere"])
def test_every_page_has_a_title_a_heading_and_a_way_past_the_menu(browser, path):
    html = browser.get(path).text

    assert html.count("<h1") == 1
    assert re.search(r"<title>\S", html)
    assert html.index('class="skip" href="#main"') < html.index("<header")
    assert '<main id="main"' in html


@pytest.mark.parametrize("path", ["/", "/wards", "/wards/3?from=2025-01-01&to=2026-03-03", "/simulator"])
def test_no_page_is_heavy(browser, path):
    assert len(browser.get(path).data) < 300_000


def test_every_table_says_what_it_is(browser, counted):
    counted((WARD, TODAY, "WATER", "reports", 2))

    for path in ("/", "/wards", "/wards/3"):
        html = browser.get(path).text
        assert html.count("<table") == html.count("<caption")
        assert re.findall(r"<th(?![^>]*scope=)[\s>]", html) == []


def test_the_first_page_says_how_to_reach_the_city(browser):
    said = words(browser.get("/").text)

    for word in ("*120*4932#", "31245", "Vezani", "112", "080 000 0012", "STOP"):
        assert word in said


def test_the_first_page_says_that_translations_are_drafts_only_while_they_are_used(services, browser, monkeypatch):
    assert "Drafts are on" in browser.get("/").text

    monkeypatch.setattr(services, "settings", services.settings.model_copy(update={"drafts": False}))
    assert "Drafts are on" not in browser.get("/").text


def test_the_wards_stand_in_a_table_and_on_a_map(browser, counted):
    counted((WARD, TODAY, "WATER", "reports", 7), (WARD, TODAY, "WATER", "open", 4))

    html = browser.get("/wards").text
    assert html.count('class="ward step-') == 24
    assert html.count('class="ward step-1"') == 1
    assert re.search(r"3 Kholofelo</a></th>\s*<td class=\"n\">7</td>", html)


def test_wards_can_be_compared_by_what_matters(browser, counted):
    counted((WARD, TODAY, "WATER", "overdue", 2), ("2021/5", TODAY, "WATER", "overdue", 9))

    html = browser.get("/wards?show=overdue").text
    first, second = re.findall(r'<th scope="row"><a href="[^"]+">(\d+) ', html)[:2]
    assert (first, second) == ("5", "3")


def test_links_keep_the_period_that_was_asked(browser):
    html = browser.get("/wards?from=2026-01-01&to=2026-01-31").text

    assert 'href="/wards/3?from=2026-01-01&amp;to=2026-01-31"' in html


def test_a_report_card_says_it_in_words(browser, counted):
    counted(
        (WARD, TODAY, "WATER", "reports", 14),
        (WARD, TODAY, "WATER", "new", 12),
        (WARD, TODAY, "WATER", "fixed", 5),
        (WARD, TODAY, "WATER", "open", 8),
        (WARD, TODAY, "WATER", "overdue", 2),
    )

    assert (
        "From 2 February to 3 March 2026 residents made 14 reports , about 12 new problems. "
        "The city says that 5 were fixed. 8 cases stand open, 2 of them past the promised time."
    ) in words(browser.get("/wards/3").text)


@pytest.mark.parametrize(("count", "said"), [(0, "nobody"), (1, "a few"), (4, "a few"), (5, "5"), (1200, "1,200")])
def test_few_residents_are_told_in_words(count, said):
    assert few(count, 5) == said


def test_a_report_card_never_shows_how_few_answered(browser, counted):
    counted((WARD, TODAY, "WATER", "says_not_fixed", 3), (WARD, TODAY, "WATER", "says_fixed", 7))

    said = words(browser.get("/wards/3").text)
    assert "say it is fixed 7" in said
    assert "say it is not fixed a few" in said


def test_a_quiet_ward_has_no_empty_chart(browser):
    said = words(browser.get("/wards/3").text)

    assert "There was no report in this period." in said
    assert "Nothing stands open." in said


def test_an_empty_seat_is_told(browser):
    seats = [ward for ward in demo_city().wards if demo_city().councillor_of(ward.key) is None]

    assert "No councillor is known" in browser.get(f"/wards/{seats[0].number}").text


def test_no_councillors_number_is_on_a_page(browser):
    for ward in demo_city().wards:
        assert "+27" not in browser.get(f"/wards/{ward.number}").text


# -- charts ------------------------------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_share_of_the_longest():
    assert lengths([4, 2, 0, -1]) == [100.0, 50.0, 0.0, 0.0]


def test_nothing_at_all_draws_no_bar():
    assert lengths([0, 0]) == [0.0, 0.0]


def test_a_long_period_is_drawn_in_spans_of_days_that_lose_none():
    first, last = date(2025, 1, 1), date(2025, 12, 31)
    each = {first + timedelta(n): 1 for n in range(365)}

    drawn = columns(each, first, last, span)
    assert sum(column.value for column in drawn) == 365
    assert len(drawn) <= 92
    assert drawn[0].label == "from 1 to 4 January 2025"


def test_wards_of_equal_value_share_a_colour():
    drawing = coloured(None, {"a": 0, "b": 3, "c": 3, "d": 9})

    assert drawing.steps["a"] == 0
    assert drawing.steps["b"] == drawing.steps["c"] < drawing.steps["d"]
    assert [step.label for step in drawing.legend] == ["0", "3", "9"]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 3, 1), date(2026, 3, 1), "on 1 March 2026"),
        (date(2026, 3, 1), date(2026, 3, 31), "from 1 to 31 March 2026"),
        (date(2026, 2, 1), date(2026, 3, 31), "from 1 February to 31 March 2026"),
        (date(2025, 12, 1), date(2026, 1, 31), "from 1 December 2025 to 31 January 2026"),
    ],
)
def test_a_period_is_said_as_short_as_it_can_be(first, last, said):
    assert span(first, last) == said
