"""A report is safe with hostile texts, fits every page, and can be read by everyone."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from qareport.data.types import GoldAnswer
from tests.builders import example
from tests.report_builders import Found, write_found
from tests.report_pages import rescored_at, show, shown_at, texts

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

RUNS = "window.planted = true"
HOSTILE = (
    f"</script><script>{RUNS}</script> <img/src=x/onerror={RUNS}> שלום\u202eolleh\u202c "
    "👩‍🚀 e\u0301 &lt;b&gt; \u2028 end"
)
"""Words of a passage, some of which would run if they were HTML."""
ANSWERED = "👩‍🚀 e\u0301"
"""Characters that JavaScript counts otherwise than Python, and its last one is two."""
PLANTED = (
    Found(
        example("</script>'\"&<i>", HOSTILE, context=HOSTILE, golds=("end",), title=HOSTILE),
        (((7, 8), 4.0), ((3, 4), 3.0)),
    ),
    Found(
        example(
            "misplaced", "Who?", context="a b c", golds=(GoldAnswer("<b>b</b>", 90),), title="<b>"
        ),
        (((1, 1), 1.0),),
    ),
)
A4_WIDTH = 680
"""Pixels between the margins of a printed page."""


def test_hostile_texts_are_shown_and_never_run(page: "Page", tmp_path: Path) -> None:
    show(page, write_found(tmp_path / "planted", PLANTED))
    page.locator("#kind").select_option(label="all")
    page.locator("#order").select_option(label="As in the data")
    shown = page.locator("#example .passage").inner_text()
    marked = page.locator("#example .passage mark.answer").all_inner_texts()
    page.locator("#list").focus()
    page.keyboard.press("End")

    assert page.evaluate("window.planted") is None
    assert len(page.locator("script").all()) == 2
    assert page.locator("img").count() == 0
    assert shown == HOSTILE
    assert marked == [ANSWERED]
    assert "<b>b</b>" in page.locator("#example dl").inner_text()


def test_a_hostile_id_has_its_link(page: "Page", tmp_path: Path) -> None:
    record = write_found(tmp_path / "planted", PLANTED)
    show(page, record, part="#example-misplaced")
    page.locator("#kind").select_option(label="all")
    href = page.locator("#rows a").first.get_attribute("href")

    page.goto("about:blank")
    page.goto((record / "shown.html").as_uri() + str(href))

    assert page.locator("#example h3").inner_text() == HOSTILE


def test_a_script_of_others_is_refused(browser: "Browser", record: Path) -> None:
    page = browser.new_page()
    show(page, record)

    refused = page.evaluate(
        """() => new Promise((tell) => {
          addEventListener("securitypolicyviolation", (event) => tell(event.violatedDirective));
          const script = document.createElement("script");
          script.textContent = "window.planted = true";
          document.body.append(script);
        })"""
    )

    assert refused == "script-src-elem"
    assert page.evaluate("window.planted") is None
    page.close()


def test_a_redacted_report_still_tells_scores(page: "Page", record: Path, other: Path) -> None:
    show(page, record, other, options=("--redact",))

    assert shown_at(page, -1.25) == rescored_at(record, -1.25)
    assert texts(page, "#rows .question") == ["when", "who", "name"]
    assert "Aurora" not in page.content()


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_width_scrolls_the_page_sideways(
    page: "Page", record: Path, other: Path, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    show(page, record, other)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_table_is_cut_in_print(page: "Page", record: Path, other: Path) -> None:
    page.set_viewport_size({"width": A4_WIDTH, "height": 900})
    show(page, record, other)
    page.emulate_media(media="print")

    cut = page.evaluate(
        """(width) => [...document.querySelectorAll("table, svg, pre, .passage")]
          .filter((each) => each.getBoundingClientRect().right > width + 1)
          .map((each) => each.textContent.slice(0, 60))""",
        A4_WIDTH,
    )

    assert cut == []
    assert not page.locator("nav").is_visible()
    assert len(page.pdf(format="A4")) > 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    page: "Page", record: Path, other: Path, scheme: Literal["light", "dark"]
) -> None:
    axe = pytest.importorskip(
        "axe_core_python.sync_playwright",
        reason="axe is not installed: pip install axe-core-python",
    )
    page.emulate_media(color_scheme=scheme)
    show(page, record, other)

    findings = axe.Axe().run(page)["violations"]

    serious = [each for each in findings if each["impact"] in {"serious", "critical"}]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in serious] == []
    assert findings == []
