import pytest

from segment.errors import DataError
from segment.report import card, index, notebooks, render
from toys import notebook, placed, run_card, text

COMPANY = {"company": "Rosen & Töchter", "code": "0.1.0"}


def publish_as_then(reports, month, known, **changes):
    """Lay a month there as it was made when only the months `known` were published."""
    facts = run_card(month, **changes)
    folder = reports / month
    (folder / "en").mkdir(parents=True)
    card.write(facts, folder)
    for name in notebooks.NAMES:
        page = render.page(notebook(text("# T")), placed(facts, name, known), name)
        (folder / "en" / f"{name}.html").write_text(page, encoding="utf-8")


def test_without_a_month_the_page_says_how_to_make_one(tmp_path):
    path = index.rebuild(tmp_path / "reports", language="en", **COMPANY)

    made = path.read_text(encoding="utf-8")
    assert "No report has been published yet. `segment run` makes the first one." in made
    assert "<h1>Customer reports</h1>" in made
    assert "Rosen &amp; Töchter" in made


def test_the_newest_month_stands_first_with_its_figures_and_pages(tmp_path):
    publish_as_then(tmp_path, "2026-09", ["2026-09"], as_of="2026-09-30")
    publish_as_then(tmp_path, "2026-10", ["2026-10"])
    publish_as_then(tmp_path, "2026-10-17", ["2026-10-17"], status="provisional")

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    places = [made.index(f'href="{it}/en/5-') for it in ("2026-10", "2026-10-17", "2026-09")]
    assert places == sorted(places)
    assert made.count("€1,234,568") == 3
    assert '<a href="2026-10/en/1-data-check.html">Data check</a>' in made
    assert '<span class="status provisional">provisional</span>' in made


def test_a_month_without_a_headline_is_listed_without_figures(tmp_path):
    publish_as_then(tmp_path, "2026-10", ["2026-10"], headline={})

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert "October 2026" in made
    assert "<dt>" not in made


def test_the_page_speaks_the_language_of_its_reader(tmp_path):
    publish_as_then(tmp_path, "2026-10", ["2026-10"])

    made = index.rebuild(tmp_path, language="zh", **COMPANY).read_text(encoding="utf-8")

    assert '<html lang="zh">' in made
    assert "2026年10月" in made


def test_pages_made_earlier_get_their_way_to_the_next_month(tmp_path):
    publish_as_then(tmp_path, "2026-09", ["2026-09"], as_of="2026-09-30")
    publish_as_then(tmp_path, "2026-10", ["2026-09", "2026-10"])
    before = (tmp_path / "2026-09" / "en" / "1-data-check.html").read_text(encoding="utf-8")

    index.rebuild(tmp_path, language="en", **COMPANY)

    after = (tmp_path / "2026-09" / "en" / "1-data-check.html").read_text(encoding="utf-8")
    assert 'rel="next"' not in before
    assert '<a rel="next" href="../../2026-10/en/1-data-check.html">October 2026 →</a>' in after


def test_a_page_that_is_right_as_it_is_is_not_written_again(tmp_path):
    publish_as_then(tmp_path, "2026-10", ["2026-10"])
    page = tmp_path / "2026-10" / "en" / "5-monthly-report.html"
    before = (page.stat().st_mtime_ns, page.read_bytes())

    index.rebuild(tmp_path, language="en", **COMPANY)

    assert (page.stat().st_mtime_ns, page.read_bytes()) == before


def test_a_way_to_a_month_that_is_gone_goes_too(tmp_path):
    publish_as_then(tmp_path, "2026-10", ["2026-09", "2026-10"])

    index.rebuild(tmp_path, language="en", **COMPANY)

    page = (tmp_path / "2026-10" / "en" / "3-prospects.html").read_text(encoding="utf-8")
    assert 'rel="prev"' not in page


def test_a_month_with_a_damaged_card_is_named(tmp_path):
    publish_as_then(tmp_path, "2026-10", ["2026-10"])
    (tmp_path / "2026-10" / "run.json").write_text("{")

    with pytest.raises(DataError, match=r"2026-10.run.json cannot be read as a run card"):
        index.rebuild(tmp_path, language="en", **COMPANY)
