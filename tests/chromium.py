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


PREPARED = """() => {
  const all = (css) => [...document.querySelectorAll(css)];
  all('.wide').forEach(it => it.style.background = 'none');
  all('tbody > tr:nth-child(n + 4)').forEach(it => it.remove());
  all('[popover]').forEach((it, place) => {
    if (place) return it.remove();
    it.removeAttribute('popover');
    document.querySelector('main').append(it);
  });
  all('details:not(.code)').forEach(it => it.open = true);
  all('details.code').slice(0, 3).forEach(it => it.open = true);
}"""


def barriers(page, axe, **options):
    """Return what axe-core finds serious on an open page: the rule and where it is broken.

    The first folds are opened, and the first card stands on the page. Of each table all rows but
    the first three are taken away, and the other cards: they look the same, and axe-core takes a
    minute for them. The shadows at the edges of wide tables go too: over a gradient it cannot tell
    a contrast, and the shadow lies beside the text. What lies over other things is left out of
    what it cannot tell. The protocol of the browser puts axe-core there, which no policy of the
    page can refuse.
    """
    page.evaluate(PREPARED)
    page.evaluate(f"() => {{{axe}}}")
    found = page.evaluate("options => axe.run(document, options)", options)
    untold = [it for it in found["incomplete"] if it["id"] == "color-contrast"]
    return [
        (broken["id"], place["target"], place["failureSummary"])
        for broken in [*found["violations"], *untold]
        if broken["impact"] in SERIOUS
        for place in broken["nodes"]
        if "by another element" not in place["failureSummary"]
    ]
