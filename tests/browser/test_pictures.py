"""Pictures of flows as a browser draws them: no word runs out of its box, in whatever language."""

import pytest
from playwright.sync_api import Browser

from app.cli.draw import pictures
from app.config import ROOT
from app.engine import load
from app.pictures.bars import bars
from app.pictures.funnel import in_order, stages
from app.wiring import FLOWS

# Words that no box holds whole, those of the heading aside.
RUN_OUT = """() => {
  const boxes = [...document.querySelectorAll("rect")].map((one) => one.getBBox());
  const holds = (box, one) => box.x <= one.x + 0.5 && box.x + box.width >= one.x + one.width - 0.5
    && box.y <= one.y + 2 && box.y + box.height >= one.y + one.height - 2;
  return [...document.querySelectorAll("text:not(.title, .about, .legend)")]
    .filter((one) => !boxes.some((box) => holds(box, one.getBBox()))).map((one) => one.textContent);
}"""
CUT_OFF = """() => {
  const [, , wide, high] = document.querySelector("svg").getAttribute("viewBox").split(" ").map(Number);
  return [...document.querySelectorAll("text, rect, path.line")].filter((one) => {
    const box = one.getBBox();
    return box.x < 0 || box.y < 0 || box.x + box.width > wide || box.y + box.height > high;
  }).map((one) => one.outerHTML);
}"""
OVERLAP = """() => {
  const texts = [...document.querySelectorAll("text")].map((one) => [one.textContent, one.getBBox()]);
  const beside = (a, b) => a.x >= b.x + b.width || b.x >= a.x + a.width;
  const meet = (a, b) => !beside(a, b) && a.y + 3 < b.y + b.height && b.y + 3 < a.y + a.height;
  return texts.flatMap(([one, a], at) => texts.slice(at + 1).filter(([, b]) => meet(a, b)).map(([two]) => [one, two]));
}"""


@pytest.mark.parametrize("language", ["en", "zu", "fr", "nso"])
def test_no_word_of_a_flow_runs_out_of_its_box(chromium: Browser, language: str):
    page = chromium.new_page()
    for name, picture in pictures((), language, ROOT / "demo").items():
        page.set_content(picture)
        assert page.evaluate(RUN_OUT) == [], name
        assert page.evaluate(CUT_OFF) == [], name
        assert page.evaluate(OVERLAP) == [], name
    page.close()


def test_no_figure_of_a_funnel_runs_into_another(chromium: Browser):
    flows = load.load(FLOWS)
    many = {"shown": 1_234_567, "hops": 1_234_567, "retries": 234_567, "dropped": 234_567, "looked_ms": 10**10}
    counted = {f"{name}.{screen}": many for name, flow in flows.items() for screen in in_order(flow)}
    page = chromium.new_page()
    page.set_content(bars(stages(flows, counted), "2026-03-01 to 2026-03-30"))

    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(OVERLAP) == []
    page.close()
