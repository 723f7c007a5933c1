# Copyright (c) 2026 winops.offline_files contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""The page of a fleet in a real browser: what it shows, how it is used, and that nothing of a stranger runs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser.chromium import Browser
from unit.plugins.module_utils.fleet.test_document import FAILURE, PC1, SHARE
from unit.plugins.module_utils.fleet.test_page import HOSTILE, fleet_of

from ansible_collections.winops.offline_files.plugins.module_utils.fleet import page, table
from ansible_collections.winops.offline_files.plugins.module_utils.fleet.model import (
    Fleet,
    Host,
    Share,
    State,
    View,
    natural,
)

pytestmark = pytest.mark.timeout(120)

Open = Callable[[Fleet], Browser]
RUN = "document.title='ran'"
ATTACKS = [
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"<!--<script>{RUN}</script>",
    f'"><img src=x onerror="{RUN}">',
    f"</title><svg onload={RUN}>",
    f'<a href="javascript:{RUN}">x</a>',
    f"</style><script>{RUN}</script>",
    f'</textarea><iframe srcdoc="<script>top.{RUN}</script>">',
    *HOSTILE,
]


def _host(number: int, **changes: Any) -> Host:
    share = replace(SHARE, pinned=number, pinned_size=1000 * number, reasons=(number, 0, 0, 0), policies=())
    made = Host(f"pc{number}", State.DONE, "Nothing to do.", (View(r"CORP\anna", State.DONE, (), 0, (share,)),))
    return replace(made, **changes)


ARCHIVE = Share(r"\\fs02\archive", 9, 7, 100, 0, 0, (0, 0, 7, 0))
SMALL = Fleet(
    "Retiring fs01",
    (
        PC1,
        Host("pc2", State.NOT_ASKED),
        _host(3),
        _host(4, state=State.WAITS, views=(View(r"CORP\ben", State.WAITS, ("a policy pins it",), 0, (ARCHIVE,)),)),
        _host(10, state=State.UNREACHABLE, views=(), message="No route to host."),
    ),
)


def _names(browser: Browser) -> list[str]:
    return browser.texts("#table tbody th button.name")


def _found(browser: Browser) -> str:
    return browser.texts("#found")[0]


def _press(browser: Browser, selector: str, key: str) -> None:
    """Give an element the focus and press a key, as somebody without a mouse does."""
    from selenium.webdriver.common.keys import Keys

    browser.run("document.querySelector(arguments[0]).focus()", selector)
    browser.driver.switch_to.active_element.send_keys(getattr(Keys, key))


def _choose(browser: Browser, name: str, text: str) -> None:
    from selenium.webdriver.support.select import Select

    Select(browser.find(f"[name={name}]")).select_by_visible_text(text)


def test_the_page_opens_without_an_error_and_asks_nothing(opened: Open) -> None:
    browser = opened(SMALL)
    assert browser.messages() == []
    assert browser.run("return performance.getEntriesByType('resource').length") == 0
    assert browser.driver.title == "Retiring fs01"
    # One host has two views.
    assert _names(browser) == ["pc1", "pc1", "pc2", "pc3", "pc4", "pc10"]
    assert _found(browser) == "6 rows of 5 hosts"
    assert re.match(r"Written \d{4}-\d\d-\d\d \d\d:\d\d\.$", browser.texts("#written")[0])


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_that_a_stranger_has_chosen_runs(opened: Open, text: str) -> None:
    browser = opened(fleet_of(text))
    browser.find("[name=search]").send_keys(text)
    browser.find("#names").click()
    browser.find("#table .name").click()
    assert browser.driver.title == text.strip()
    assert browser.run("return document.querySelectorAll('script').length") == 2
    assert browser.run("return document.querySelectorAll('img, iframe, b, a:not(.skip), svg *:not(rect)').length") == 0
    assert browser.messages() == []
    shown = browser.run("return document.body.textContent")
    for part in (rf"\\fs01\{text}", f"View of {text}", f"{text}1"):
        assert part in shown
    assert text in browser.texts(".detail")[0]


def test_what_got_past_all_that_would_not_run(opened: Open) -> None:
    browser = opened(SMALL)
    browser.run(
        """
        window.refused = [];
        document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.effectiveDirective));
        const script = document.createElement("script");
        script.textContent = "document.title = 'ran'";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<img src='x.png' onerror=\\"document.title = 'ran'\\">");
        const click = "<p style='color: red' onclick=\\"document.title = 'ran'\\">x</p>";
        document.body.insertAdjacentHTML("beforeend", click);
        document.body.lastElementChild.click();
        """
    )
    refused = browser.driver.execute_async_script("setTimeout(() => arguments[0](window.refused), 300)")
    assert set(refused) == {"script-src-elem", "script-src-attr", "img-src", "style-src-attr"}
    assert browser.driver.title == "Retiring fs01"
    browser.messages()


def test_columns_sort_both_ways_with_what_is_unknown_at_the_end(opened: Open) -> None:
    browser = opened(SMALL)
    assert browser.find("#table th[aria-sort]").text.startswith("Host")
    _press(browser, "#table th:nth-child(6) button", "ENTER")
    assert browser.find("#table th:nth-child(6)").get_attribute("aria-sort") == "descending"
    assert _names(browser) == ["pc4", "pc3", "pc1", "pc1", "pc2", "pc10"]
    _press(browser, "#table th:nth-child(6) button", "SPACE")
    assert browser.find("#table th:nth-child(6)").get_attribute("aria-sort") == "ascending"
    assert _names(browser) == ["pc1", "pc3", "pc4", "pc1", "pc2", "pc10"]
    assert browser.texts("#table td:nth-child(6)") == ["2", "3", "7", "", "", ""]
    for number, column in enumerate(browser.texts("#table thead th"), 1):
        browser.find(f"#table th:nth-child({number}) button").click()
        assert len(_names(browser)) == 6, column
    assert browser.messages() == []


def test_filters_and_search_narrow_the_list(opened: Open) -> None:
    browser = opened(SMALL)
    steps: list[tuple[str, str, list[str]]] = [
        ("state", "not asked", ["pc2"]),
        ("share", r"\\fs02\archive", ["pc4"]),
        ("reason", "computer", ["pc1", "pc4"]),
        ("category", "access", ["pc1", "pc1"]),
    ]
    for name, text, hosts in steps:
        _choose(browser, name, text)
        assert _names(browser) == hosts, name
        browser.find("[type=reset]").click()
        browser.driver.execute_async_script("setTimeout(arguments[0], 20)")
        assert len(_names(browser)) == 6
    browser.find("[name=left]").click()
    assert _names(browser) == ["pc1", "pc3", "pc4"]
    assert _found(browser) == "3 rows of 3 hosts"
    browser.find("[type=reset]").click()
    browser.driver.execute_async_script("setTimeout(arguments[0], 20)")
    for search, hosts in {
        "ANNA": ["pc3"],
        "policy pins": ["pc4"],
        "route pc10": ["pc10"],
        r"fs01\users": ["pc1", "pc3"],
    }.items():
        browser.find("[name=search]").clear()
        browser.find("[name=search]").send_keys(search)
        assert sorted(set(_names(browser)), key=natural) == hosts, search
    browser.find("[name=search]").send_keys("nobody has this")
    assert _found(browser) == "Nothing matches."


def test_a_row_leads_to_its_failed_items(opened: Open) -> None:
    browser = opened(SMALL)
    _press(browser, "#table .name", "ENTER")
    assert browser.find("#table .name").get_attribute("aria-expanded") == "true"
    detail = browser.texts(".detail")[0]
    for part in (
        "Released 2 items.",
        r"\\fs01\users: 4 pinned before, 2 now.",
        r"CORP\ben has synchronized \\fs01\users",
        r"\\fs01\users\a and 2 more with this category",
        "ERROR_ACCESS_DENIED 0x80070005: Access is denied.",
        "The user of this task may have no rights on the item",
        "5 items failed",
        "1 more are not named here.",
        "A note.",
    ):
        assert part in detail
    _press(browser, "#table .name", "SPACE")
    assert browser.texts(".detail") == []
    assert browser.find("#table .name").get_attribute("aria-expanded") == "false"


def test_the_failed_items_of_the_row_come_first(opened: Open) -> None:
    other = replace(FAILURE, path=r"\\fs01\archive\b", items=1)
    shares = (SHARE, replace(SHARE, path=r"\\fs01\archive"))
    host = replace(PC1, failures=(FAILURE, other), views=(View("a", State.FAILED, (), 0, shares),))
    browser = opened(Fleet("x", (host,)))
    for row, first in ((1, r"\\fs01\users\a"), (2, r"\\fs01\archive\b")):
        browser.run("document.querySelectorAll('#table .name')[arguments[0]].click()", row - 1)
        assert browser.texts(".detail tbody td:first-child")[0].startswith(first)
        browser.run("document.querySelectorAll('#table .name')[arguments[0]].click()", row - 1)


def test_a_hundred_rows_a_page(opened: Open) -> None:
    browser = opened(Fleet("x", tuple(_host(number) for number in range(1, 251))))
    assert (len(_names(browser)), browser.texts("#page")) == (100, ["Page 1 of 3"])
    assert not browser.find("#back").is_enabled()
    browser.find("#forward").click()
    browser.find("#forward").click()
    assert (_names(browser)[0], len(_names(browser)), browser.texts("#page")) == ("pc201", 50, ["Page 3 of 3"])
    assert not browser.find("#forward").is_enabled()
    browser.find("#table th:nth-child(6) button").click()
    assert (_names(browser)[0], browser.texts("#page")) == ("pc250", ["Page 1 of 3"])


def test_what_is_saved_is_what_the_playbook_writes(opened: Open) -> None:
    odd = [replace(host, name=f"{number}") for number, text in enumerate(HOSTILE) for host in fleet_of(text).hosts]
    fleet = Fleet("x", (*odd, *SMALL.hosts))
    browser = opened(fleet)
    browser.find("#csv").click()
    assert browser.saved("fleet.csv") == table.csv(fleet)
    _choose(browser, "state", "waits")
    browser.find("#csv").click()
    assert browser.saved("fleet.csv").count("\n") == 2


def test_the_names_of_the_hosts_that_are_shown(opened: Open) -> None:
    browser = opened(SMALL)
    _choose(browser, "category", "access")
    browser.find("#names").click()
    assert browser.find("#limited").get_attribute("value") == "pc1"
    assert browser.run("return document.activeElement.id") == "limited"


def test_the_tables_of_shares_and_failures_lead_to_their_rows(opened: Open) -> None:
    browser = opened(SMALL)
    browser.run(
        "[...document.querySelectorAll('#by-share button')].find((one) => one.textContent.includes('fs02')).click()"
    )
    assert _names(browser) == ["pc4"]
    browser.run("document.querySelector('#by-category button').click()")
    assert _names(browser) == ["pc1", "pc1"]
    assert browser.run("return document.activeElement.id") == "hosts"


def test_without_scripts_the_summary_is_there(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "fleet.html"
    file.write_text(page.html(SMALL), encoding="utf-8")
    browser.cdp("Emulation.setScriptExecutionDisabled", value=True)
    try:
        browser.driver.get(file.as_uri())
        text = browser.find("body").text
    finally:
        browser.cdp("Emulation.setScriptExecutionDisabled", value=False)
    for part in (
        "5 hosts: failed 1, unreachable 1, not asked 1, waits 1, done 1.",
        "Hosts that need somebody",
        "No route to host",
        "Access is denied.",
        "The list of all hosts, with search and details, needs scripts",
    ):
        assert part in text
    assert "Save these rows" not in text


def test_everything_to_use_has_a_name_that_can_be_read_aloud(opened: Open) -> None:
    browser = opened(SMALL)
    browser.find("#table .name").click()
    browser.find("#names").click()
    browser.cdp("Accessibility.enable")
    nodes = browser.cdp("Accessibility.getFullAXTree")["nodes"]
    roles = {"button", "textbox", "searchbox", "combobox", "checkbox", "link", "columnheader", "rowheader", "region"}
    found = [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node.get("ignored") and node.get("role", {}).get("value") in roles
    ]
    assert {role for role, _name in found} >= roles - {"textbox"}
    assert [role for role, name in found if not name] == []
    levels = browser.run("return [...document.querySelectorAll('h1, h2, h3')].map((one) => Number(one.tagName[1]))")
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_tab_reaches_the_list_from_the_first_link(opened: Open) -> None:
    from selenium.webdriver.common.keys import Keys

    browser = opened(SMALL)
    browser.find("body").send_keys(Keys.TAB)
    assert browser.run("return document.activeElement.className") == "skip"
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    assert browser.run("return document.activeElement.id") == "hosts"
    browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert browser.run("return document.activeElement.name") == "search"


@pytest.mark.parametrize("width", [360, 700, 1400])
def test_nothing_is_wider_than_the_window(opened: Open, browser: Browser, tmp_path: Path, width: int) -> None:
    opened(fleet_of("a" * 200))
    browser.open(tmp_path / "fleet.html", width=width)
    assert browser.run("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_what_is_behind_it(opened: Open, scheme: str) -> None:
    browser = opened(SMALL)
    browser.emulate(prefers_color_scheme=scheme)
    browser.find("#table .name").click()
    pairs = browser.run(
        """
        const behind = (node) => {
          for (; node; node = node.parentElement) {
            const colour = getComputedStyle(node).backgroundColor;
            if (colour !== "rgba(0, 0, 0, 0)") return colour;
          }
          return "rgb(255, 255, 255)";
        };
        const found = {};
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const node = walker.currentNode.parentElement;
          if (!walker.currentNode.textContent.trim() || node.matches("script, :disabled")) continue;
          if (!node.checkVisibility()) continue;
          found[`${getComputedStyle(node).color}|${behind(node)}`] = node.outerHTML.slice(0, 80);
        }
        return found;
        """
    )
    assert len(pairs) >= 5
    assert {where: pair for pair, where in pairs.items() if _contrast(*pair.split("|")) < 4.5} == {}


def _contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2 between two colours."""

    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_it_prints_without_what_paper_cannot_do(opened: Open) -> None:
    browser = opened(SMALL)
    browser.emulate("print")
    for selector in (".filters", ".pages", ".out", ".skip"):
        assert not browser.run("return document.querySelector(arguments[0]).checkVisibility()", selector)
    assert browser.run("return document.querySelector('#table').checkVisibility()")
    assert browser.cdp("Page.printToPDF", preferCSSPageSize=True)["data"].startswith("JVBERi0")
