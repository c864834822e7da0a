"""The public pages: what this is, all wards side by side, one ward's report card."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from app.civic import maps
from app.civic.city import City, Ward
from app.civic.maps import WardMap
from app.civic.spoken import spoken
from app.storage import summary
from app.storage.summary import NOT_PUBLIC, Figures, Summary
from app.storage.tables import CITY
from app.web.access import Access, access
from app.web.public import asked, charts, wording
from app.web.public.api import public_codes
from app.web.public.asked import Period
from app.web.public.charts import MEASURES
from app.wiring import Known, Services

SPANS = (("Last 7 days", 7), ("Last 30 days", 30), ("Last 90 days", 90), ("Last year", 365))


@dataclass
class Drawings:
    """The map of a city's wards, drawn once."""

    drawn: dict[tuple[int, str], WardMap] = field(default_factory=dict)

    def of(self, known: Known, wards: tuple[Ward, ...]) -> WardMap:
        """The drawing of these wards, which are those of one delimitation."""
        key = (known.pack, wards[0].delimitation if wards else "")
        if key not in self.drawn:
            self.drawn = {key: maps.ward_map(wards)}
        return self.drawn[key]


def add(public: Blueprint, services: Services) -> None:
    """The routes of the pages."""
    drawings = Drawings()

    @public.get("/")
    @access(Access.PUBLIC)
    def home() -> Response:
        """What this is, and the way to everything else."""
        city = services.cities.current().city
        period = Period.ending(asked.today(services, city))
        with services.database.begin() as session:
            total = summary.ward_summary(session, CITY, period.first, period.last).total
        languages = spoken(city, services.words)
        return page("home.html", city=city, languages=languages, settings=services.settings, total=total, period=period)

    @public.get("/wards")
    @access(Access.PUBLIC)
    def wards() -> Response:
        """All wards as a map and a table."""
        return wards_page(services, drawings)

    @public.get("/wards/<int:number>")
    @access(Access.PUBLIC)
    def ward(number: int) -> Response:
        """One ward's report card."""
        return ward_page(services, number)


def page(template: str, **facts: object) -> Response:
    """A page that is asked for anew each time: its figures change with every report."""
    html = render_template(template, wording=wording, query=asked_period(), **facts)
    return Response(html, mimetype="text/html", headers={"Cache-Control": "no-cache"})


def wards_page(services: Services, drawings: Drawings) -> Response:
    """Every ward's figures in a period, coloured and sorted by one of them."""
    known = services.cities.current()
    day = asked.today(services, known.city)
    period = asked.period(request.args, day)
    found = asked.wards(known.city, period, day)
    with services.database.begin() as session:
        figures = summary.ward_totals(session, [ward.key for ward in found], period.first, period.last)
        city = summary.ward_summary(session, CITY, period.first, period.last)
    measure = MEASURES.get(request.args.get("show", ""), MEASURES["reports"])
    values = {ward.key: measure.of(ward, figures[ward.key]) for ward in found}
    ranked = sorted(found, key=lambda ward: -values[ward.key]) if "show" in request.args else found
    return page(
        "wards.html",
        city=known.city,
        wards=ranked,
        figures=figures,
        total=city.total,
        unplaced=city.unplaced,
        map=charts.coloured(drawings.of(known, found), values),
        measure=measure,
        measures=MEASURES.values(),
        rate=charts.rate,
        period=period,
        spans=spans(period, day),
    )


def ward_page(services: Services, number: int) -> Response:
    """What was reported in a ward, what became of it, what residents say of that."""
    city = services.cities.current().city
    day = asked.today(services, city)
    period = asked.period(request.args, day)
    ward = asked.ward(city, number, period, day)
    with services.database.begin() as session:
        found = summary.ward_summary(session, ward.key, period.first, period.last).published(public_codes(city))
        days = summary.days(session, ward.key, period.first, period.last)
    reports = {one: figures.get("reports", 0) for one, figures in days.items()}
    lines = kinds(city, found)
    return page(
        "ward.html",
        city=city,
        ward=ward,
        service_code=services.settings.service_code,
        councillor=city.councillor_of(ward.key),
        places=[place.name for place in city.places if ward.key in place.wards],
        total=found.total,
        kinds=list(zip(lines, charts.lengths([line.figures.reports for line in lines]), strict=True)),
        columns=charts.columns(reports, period.first, period.last, wording.span),
        period=period,
        spans=spans(period, day),
        small=city.small_count,
    )


@dataclass(frozen=True)
class Kind:
    """A line in a ward's table: the categories that are called the same."""

    label: str
    figures: Figures


def kinds(city: City, found: Summary) -> list[Kind]:
    """The categories of which there is anything to tell, the most reported first."""
    sums: dict[str, Figures] = {}
    for code, figures in found.by_category.items():
        if figures != Figures():
            sums[label(city, code)] = sums.get(label(city, code), Figures()) + figures
    lines = (Kind(name, figures) for name, figures in sums.items())
    return sorted(lines, key=lambda line: (-line.figures.reports, -line.figures.open, line.label))


def label(city: City, code: str) -> str:
    """A category in the city's own language."""
    category = city.category(code)
    if code == NOT_PUBLIC or category is None:
        return "Not shown in public"
    return category.label(city.default_language, city.default_language)


@dataclass(frozen=True)
class Span:
    """A usual period: its name, the address of this page for it, whether it is the one that is shown."""

    name: str
    href: str
    is_shown: bool


def spans(period: Period, day: date) -> list[Span]:
    """The usual periods up to today, with all else that this page was asked."""
    usual = ((name, Period.ending(day, days)) for name, days in SPANS)
    return [Span(name, this_page(**one.query), one == period) for name, one in usual]


def this_page(**query: str) -> str:
    """The address of the page that is shown, asked for something else."""
    kept: dict[str, Any] = {"show": request.args["show"]} if request.args.get("show") in MEASURES else {}
    return url_for(request.endpoint or "", **(request.view_args or {}) | kept | query)


def asked_period() -> dict[str, str]:
    """The period in the query, to be kept in the links of a page."""
    return {name: request.args[name] for name in ("from", "to") if request.args.get(name)}
