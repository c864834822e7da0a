"""Figures for programs, as JSON and CSV, open to every page of the web."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from app.civic.city import City, Ward
from app.storage import poll_results, summary
from app.storage.summary import Figures, Summary
from app.storage.tables import CITY
from app.web.access import Access, access
from app.web.public import asked
from app.web.public.sheet import sheet
from app.wiring import Services

LARGEST_ID = 2**63 - 1
CASES = ("new", "fixed", "reopened", "says_fixed", "says_not_fixed", "no_answer")
COLUMNS = ("ward", "from", "to", "category", "reports", *CASES, "open", "overdue")


def add(public: Blueprint, services: Services) -> None:
    """The routes under /api/v1."""

    @public.get("/api/v1/wards")
    @access(Access.PUBLIC)
    def api_wards() -> Response:
        """The wards of today."""
        city = services.cities.current().city
        return opened(jsonify([plain_ward(one) for one in city.wards_in_force(asked.today(services, city))]))

    @public.get("/api/v1/wards/<int:number>/summary")
    @access(Access.PUBLIC)
    def api_ward_summary(number: int) -> Response:
        """A ward's figures."""
        ward, found = ward_figures(services, number)
        return opened(jsonify(plain_summary(found, ward)))

    @public.get("/api/v1/wards/<int:number>/summary.csv")
    @access(Access.PUBLIC)
    def api_ward_csv(number: int) -> Response:
        """A ward's figures for a spreadsheet."""
        ward, found = ward_figures(services, number)
        return opened(sheet(f"ward-{number}", COLUMNS, rows(found, ward)))

    @public.get("/api/v1/summary")
    @access(Access.PUBLIC)
    def api_city_summary() -> Response:
        """The city's figures, and how many reports have no ward."""
        found = city_figures(services)
        return opened(jsonify(plain_summary(found, None) | {"unplaced": found.unplaced}))

    @public.get("/api/v1/summary.csv")
    @access(Access.PUBLIC)
    def api_city_csv() -> Response:
        """The city's figures for a spreadsheet."""
        return opened(sheet("city", COLUMNS, rows(city_figures(services), None)))

    @public.get("/api/v1/polls/<int:poll_id>/results")
    @access(Access.PUBLIC)
    def api_poll_results(poll_id: int) -> Response:
        """What a poll says so far."""
        city = services.cities.current().city
        with services.database.begin() as session:
            found = poll_results.results(session, poll_id, city) if poll_id <= LARGEST_ID else None
        if found is None:
            abort(404, f"There is no poll {poll_id}.")
        return opened(jsonify(found))


def opened(response: Response) -> Response:
    """An answer that any page may read and that nobody keeps: it changes with every report."""
    response.headers.update(
        {
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
            "Cache-Control": "no-cache",
        }
    )
    return response


# -- reading -------------------------------------------------------------------------------------------------------


def ward_figures(services: Services, number: int) -> tuple[Ward, Summary]:
    """The ward and the figures that the query asks for, without the names of what is not public."""
    city = services.cities.current().city
    day = asked.today(services, city)
    period = asked.period(request.args, day)
    ward = asked.ward(city, number, period, day)
    with services.database.begin() as session:
        found = summary.ward_summary(session, ward.key, period.first, period.last)
    return ward, found.published(public_codes(city))


def city_figures(services: Services) -> Summary:
    """The city's figures of the period that the query asks for."""
    city = services.cities.current().city
    period = asked.period(request.args, asked.today(services, city))
    with services.database.begin() as session:
        found = summary.ward_summary(session, CITY, period.first, period.last)
    return found.published(public_codes(city))


def public_codes(city: City) -> frozenset[str]:
    """The categories that may be named in public."""
    return frozenset(category.code for category in city.categories if category.public)


# -- as JSON and rows ----------------------------------------------------------------------------------------------


def plain_ward(ward: Ward) -> dict[str, Any]:
    """A ward as the contract has it."""
    return {"number": ward.number, "code": ward.code, "name": ward.name, "delimitation": ward.delimitation}


def plain_summary(found: Summary, ward: Ward | None) -> dict[str, Any]:
    """A summary as the contract has it; the city's own has no ward."""
    total = found.total
    return {
        "ward": ward.number if ward else None,
        "period": {"from": found.first.isoformat(), "to": found.last.isoformat()},
        "reports": total.reports,
        "cases": {name: getattr(total, name) for name in CASES},
        "open": total.open,
        "overdue": total.overdue,
        "by_category": {code: plain_figures(figures) for code, figures in sorted(found.by_category.items())},
    }


def plain_figures(figures: Figures) -> dict[str, int]:
    """One category's figures."""
    return {"reports": figures.reports, "cases": figures.new, "open": figures.open, "overdue": figures.overdue}


def rows(found: Summary, ward: Ward | None) -> list[Mapping[str, object]]:
    """A row for all categories together (`*`), then one for each; what residents say is told only for all."""
    same = {"ward": ward.number if ward else CITY, "from": found.first, "to": found.last}
    total = {name: getattr(found.total, name) for name in ("reports", *CASES, "open", "overdue")}
    kinds = [
        {"category": code, **{name: getattr(figures, name) for name in ("reports", "new", "open", "overdue")}}
        for code, figures in sorted(found.by_category.items())
    ]
    return [{**same, **row} for row in ({"category": "*", **total}, *kinds)]
