"""Debian's Chromium with the network off, for the tests that open pages."""

FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def opened(browser, path, width=1280, **options):
    """Return the page at `path` with what it said and what it asked for."""
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, **options)
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(path.as_uri())
    return page, said, [url for url in asked if not url.startswith("data:")]


SERIOUS = ("serious", "critical")


def barriers(page, axe, **options):
    """Return what axe-core finds serious on an open page: the rule and where it is broken.

    The protocol of the browser puts axe-core there, which no policy of the page can refuse.
    """
    page.evaluate(f"() => {{{axe}}}")
    found = page.evaluate(
        "options => axe.run(document, options)", {"resultTypes": ["violations"]} | options
    )
    return [
        (broken["id"], place["target"], place["failureSummary"])
        for broken in found["violations"]
        if broken["impact"] in SERIOUS
        for place in broken["nodes"]
    ]
