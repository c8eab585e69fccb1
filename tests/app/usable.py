"""Whether a page can be used by everybody: by screen reader, on a phone, by day, by night and on paper."""

from typing import Any

SIZES = [(320, "light"), (320, "dark"), (1280, "dark"), (1280, "light")]
COLOURS_AT = [(320, "light"), (1280, "dark")]  # they do not depend on the size, and take most of the time


def assert_usable(page: Any) -> None:
    """The page as it is, in all of these."""
    for width, scheme in SIZES:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(media="screen", color_scheme=scheme)
        _assert_without_faults(page, colours=(width, scheme) in COLOURS_AT)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url
    page.emulate_media(media="print")
    _assert_without_faults(page, colours=True)
    page.emulate_media(media="screen")


def _assert_without_faults(page: Any, colours: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe

    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": colours}}}
    found = Axe().run(page, options=options).response["violations"]
    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in found] == [], page.url
