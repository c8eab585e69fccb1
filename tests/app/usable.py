"""Whether a page can be used by everybody: by screen reader, on a phone, by day, by night and on paper."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT

SCREENS = [(320, "light"), (1280, "dark")]  # what depends on the size does not depend on the colours


def assert_usable(page: Any) -> None:
    """The page as it is, in all of these."""
    for width, scheme in SCREENS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(media="screen", color_scheme=scheme)
        _assert_without_faults(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    page.emulate_media(media="print")
    _assert_without_faults(page)
    page.emulate_media(media="screen")


def _assert_without_faults(page: Any) -> None:
    if page.evaluate("window.axe === undefined"):  # to read it takes as long as to run it
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(results => results.violations)")
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == [], page.url
