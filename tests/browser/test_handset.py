"""The handset, used as people use it: with keys, with a mouse, with two phones."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

REPORT = ("1", "1", "2", "KHOL", "1", "Mooki St")
FIRST, SECOND = "+27821234567", "+27831234567"


@pytest.fixture
def phone(page: Page) -> Locator:
    """The first handset."""
    page.goto("/simulator?phone=%2B27821234567")
    return page.locator("[data-handset]").first


def screen(phone: Locator) -> Locator:
    return phone.locator("[data-screen]")


def dial(phone: Locator, *typed: str) -> None:
    """Dials and answers, each with Enter, when the screen before is there."""
    entry = phone.get_by_label("Code to dial")
    entry.press("Enter")
    for one in typed:
        entry = phone.get_by_label("Your reply")
        expect(entry).to_have_value("")
        before = screen(phone).inner_text()
        entry.fill(one)
        entry.press("Enter")
        expect(screen(phone)).not_to_have_text(before)


def test_a_report_is_made_with_the_keyboard_alone_and_a_text_comes(page, phone, site):
    page.keyboard.press("Enter")
    expect(screen(phone)).to_contain_text("1. English")
    for typed, shows in zip(
        REPORT, ("tell the city", "What is wrong", "Where?", "Which", "Near", "Thanks"), strict=True
    ):
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        expect(screen(phone)).to_contain_text(shows)
    site.work()

    expect(phone.locator(".theirs")).to_contain_text("Izwi 100 000 2: Water leak, Kholofelo.")
    expect(phone.locator(".theirs small")).to_contain_text("delivered")


def test_the_keys_of_the_phone_type_and_send(phone):
    phone.get_by_role("button", name="Call or send").click()
    expect(screen(phone)).to_contain_text("1. English")
    phone.get_by_role("button", name="1", exact=True).click()
    phone.get_by_role("button", name="Call or send").click()

    expect(screen(phone)).to_contain_text("tell the city")


def test_a_wrong_key_can_be_taken_back(phone):
    phone.get_by_role("button", name="9", exact=True).click()
    phone.get_by_role("button", name="Delete the last character").click()

    expect(phone.get_by_label("Code to dial")).to_have_value("*120*4932#")


def test_every_screen_is_measured(phone):
    dial(phone)

    expect(phone.locator("[data-count]")).to_have_text(re.compile(r"^\d+ of 160$"))


def test_screens_are_announced_politely(phone):
    region = phone.locator("[aria-live=polite]", has=phone.page.locator("[data-screen]"))

    expect(region).to_have_count(1)


def test_the_red_key_ends_and_the_next_call_begins_anew(phone):
    dial(phone, "1")
    phone.get_by_role("button", name="End the session").click()
    expect(screen(phone)).to_have_text("Dial *120*4932# to begin.")
    dial(phone)

    expect(screen(phone)).to_contain_text("1. English")


def test_after_an_end_a_longer_code_can_be_dialled(phone):
    dial(phone, *REPORT)
    entry = phone.get_by_label("Code to dial")
    entry.fill("*999#")
    entry.press("Enter")

    expect(screen(phone)).to_have_text("This code is not ours. Please dial *120*4932#.")


def test_an_sms_is_answered(phone, site):
    phone.get_by_label("SMS to 31245").fill("HELP")
    phone.get_by_role("button", name="Send SMS").click()
    expect(phone.locator(".ours")).to_contain_text("HELP")
    site.work()

    expect(phone.locator(".theirs")).to_contain_text("SMS what is wrong and where")


def test_two_phones_do_not_mix_up_what_they_get(page, phone, site):
    page.get_by_role("button", name="Add a second phone").click()
    other = page.locator("[data-handset]").nth(1)
    dial(other)
    dial(phone, *REPORT)
    site.work()

    expect(phone.locator(".theirs")).to_have_count(1)
    expect(other.locator(".theirs")).to_have_count(0)
    expect(screen(other)).to_contain_text("1. English")


def test_an_answer_does_not_pull_the_keyboard_to_its_phone(page, phone):
    page.get_by_role("button", name="Add a second phone").click()
    other = page.locator("[data-handset]").nth(1)
    with page.expect_response("**/simulator/dial"):
        page.keyboard.press("Enter")
        phone.get_by_label("SMS to 31245").focus()
    expect(screen(other)).to_contain_text("1. English")

    expect(phone.get_by_label("SMS to 31245")).to_be_focused()


def test_another_number_has_its_own_texts(phone, site):
    dial(phone, *REPORT)
    site.work()
    expect(phone.locator(".theirs")).to_have_count(1)
    phone.get_by_label("Number of phone 1").fill(SECOND)
    phone.get_by_label("Number of phone 1").press("Tab")

    expect(phone.locator(".theirs")).to_have_count(0)


def test_what_is_no_number_is_told_on_the_page(phone):
    phone.get_by_label("Number of phone 1").fill("31245")
    phone.get_by_label("SMS to 31245").fill("HELP")
    phone.get_by_role("button", name="Send SMS").click()

    expect(phone.get_by_role("alert")).to_contain_text("phone must be a telephone number")


def test_a_hostile_text_is_only_text(phone, site):
    phone.get_by_label("SMS to 31245").fill("<img src=x onerror=alert(1)>")
    phone.get_by_role("button", name="Send SMS").click()

    expect(phone.locator(".ours p")).to_have_text("<img src=x onerror=alert(1)>")
    expect(phone.locator(".ours img")).to_have_count(0)
