"""Pages as people meet them: narrow and wide, by keyboard, without scripts, with tired eyes."""

from datetime import date
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from app.storage.counters import Deltas
from tests.browser.conftest import Site

PATHS = ("/", "/wards", "/wards?show=overdue", "/wards/3", "/wards/99", "/simulator?phone=0821234567&phone=0831234567")

# Every text that is seen, with the contrast of its colour to the first opaque colour behind it (WCAG 2.2, 1.4.3).
PALE_TEXTS = """() => {
  const channel = (c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const parts = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      const shade = style.backgroundImage.match(/^linear-gradient\\((rgb[^)]+\\))/);
      if (shade) return parts(shade[1]);
      const colour = parts(style.backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const pale = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const box = element.getBoundingClientRect();
    const words = walker.currentNode.textContent.trim();
    if (!words || !box.width || element.closest("svg, script, noscript, .quiet")) continue;
    const [front, back] = [light(parts(getComputedStyle(element).color)), light(behind(element))];
    const contrast = (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05);
    if (contrast < 4.5) pale.push(`${contrast.toFixed(2)} ${words.slice(0, 40)}`);
  }
  return pale;
}"""

# Controls smaller than 24 by 24 pixels, links within a sentence aside (WCAG 2.2, 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((one) => !one.closest("p, li:not(.links li):not(.pills li), th, svg, .skip") && !one.matches(".skip"))
  .filter((one) => one.checkVisibility())
  .filter((one) => Math.min(one.getBoundingClientRect().width, one.getBoundingClientRect().height) < 24)
  .map((one) => one.outerHTML.slice(0, 80))"""

NAMELESS = """() => [...document.querySelectorAll("input, select, textarea")]
  .filter((one) => !one.labels.length && !one.ariaLabel).map((one) => one.outerHTML)"""


@pytest.fixture(autouse=True)
def figures(site: Site) -> None:
    """Something to show in every chart."""
    deltas = Deltas()
    for ward in range(1, 25):
        for metric in ("reports", "new", "open", "overdue", "fixed", "says_fixed"):
            deltas.add(f"2021/{ward}", date(2026, 3, 1 + ward % 3), "WATER", metric, ward)
    with site.services.database.begin() as session:
        deltas.apply(session)


@pytest.mark.parametrize("width", [320, 768, 1280])
@pytest.mark.parametrize("path", PATHS)
def test_nobody_has_to_scroll_sideways(page: Page, path: str, width: int):
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(path)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PATHS)
def test_every_text_stands_out_from_what_is_behind_it(page: Page, path: str):
    page.goto(path)

    assert page.evaluate(PALE_TEXTS) == []


@pytest.mark.parametrize("path", PATHS)
def test_every_control_can_be_hit_and_has_a_name(page: Page, path: str):
    page.goto(path)

    assert (page.evaluate(SMALL_TARGETS), page.evaluate(NAMELESS)) == ([], [])


@pytest.mark.parametrize("path", PATHS)
def test_headings_come_in_order(page: Page, path: str):
    page.goto(path)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map((one) => +one.tagName[1])")

    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_first_tab_leads_past_the_menu(page: Page):
    page.goto("/wards")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_be_focused()


def test_the_map_is_no_trap_for_the_keyboard(page: Page):
    page.goto("/wards")

    assert page.locator(".ward-map a:not([tabindex='-1'])").count() == 0
    assert page.locator(".figures tbody a").count() == 24


def test_a_ward_on_the_map_leads_to_its_card(page: Page):
    page.goto("/wards")
    page.locator(".ward-map a").nth(2).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Ward 3 Kholofelo")


def test_a_period_is_chosen_with_a_form(page: Page):
    page.goto("/wards/3")
    page.get_by_label("From", exact=True).fill("2026-01-01")
    page.get_by_label("To", exact=True).fill("2026-01-31")
    page.get_by_role("button", name="Show").click()

    expect(page.locator(".lead")).to_contain_text("From 1 to 31 January 2026 residents made 0 reports.")


def test_without_scripts_every_figure_can_be_read(chromium: Browser, site: Site):
    context = chromium.new_context(base_url=site.address, java_script_enabled=False)
    page = context.new_page()
    page.goto("/wards/3")
    expect(page.get_by_role("row", name="No water")).to_contain_text("3")
    context.close()


def test_printed_the_figures_stand_without_menus(page: Page):
    page.goto("/wards/3")
    page.emulate_media(media="print")

    expect(page.locator("nav")).to_be_hidden()
    expect(page.locator(".bars")).to_be_visible()
