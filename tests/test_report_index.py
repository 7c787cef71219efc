import json

import pytest

from segment.errors import RunError
from segment.report import card, failures, index, notebooks, render, shelf, trend
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
    assert made.count("<dd>€1,234,568") == 3
    assert '<a href="2026-10/en/1-data-check.html" hreflang="en">Data check</a>' in made
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


def test_a_damaged_month_is_shown_as_that_and_hides_no_other(tmp_path):
    publish_as_then(tmp_path, "2026-09", ["2026-09"], as_of="2026-09-30")
    publish_as_then(tmp_path, "2026-10", ["2026-10"])
    (tmp_path / "2026-10" / "run.json").write_text("{")

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert "Make the month again with `segment run --as-of 2026-10`" in made
    assert 'href="2026-10/' not in made
    assert 'href="2026-09/en/5-monthly-report.html"' in made


@pytest.mark.parametrize(
    "changes", [{"as_of": "soon"}, {"finished_at": None}, {"month": "2026-09"}, {"format": 99}]
)
def test_a_card_that_cannot_be_true_is_a_damaged_one(tmp_path, changes):
    publish_as_then(tmp_path, "2026-10", ["2026-10"])
    path = tmp_path / "2026-10" / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")

    assert [item.fault for item in shelf.read(tmp_path, COMPANY["company"])] == ["unreadable"]


def test_a_month_of_another_company_is_not_opened_to_this_ones_readers(tmp_path):
    publish_as_then(tmp_path, "2026-10", ["2026-10"], company="Another")

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert "This is a report of Another." in made
    assert "€1,234,568" not in made
    assert 'href="2026-10/' not in made


def test_a_month_whose_pages_are_gone_has_no_way_to_them(tmp_path):
    publish_as_then(tmp_path, "2026-10", ["2026-10"])
    (tmp_path / "2026-10" / "en" / "3-prospects.html").unlink()
    one = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")
    for page in (tmp_path / "2026-10" / "en").glob("*.html"):
        page.unlink()
    none = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert 'href="2026-10/en/5-monthly-report.html"' in one
    assert "3-prospects.html" not in one
    assert "The pages of this month are not there." in none


def failed(reports, month, said="Cell 4 of 3-prospects failed.", step="3-prospects"):
    failures.leave(reports, month, RunError(said), step)


def test_a_month_whose_last_run_failed_says_so_and_keeps_its_ways(tmp_path):
    publish_as_then(tmp_path, "2026-10", ["2026-10"])
    failed(tmp_path, "2026-10")

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert '<span class="status failed">last run failed</span>' in made
    assert "UTC, at this step: Prospects." in made
    assert "What stands here was published on 1 November 2026." in made
    assert 'href="2026-10/en/5-monthly-report.html"' in made


@pytest.mark.parametrize(("finished_at", "stands"), [("2000-01-01T00:00:00", 1), ("2100-01-01", 0)])
def test_a_failure_older_than_the_report_is_mended(tmp_path, finished_at, stands):
    publish_as_then(tmp_path, "2026-10", ["2026-10"], finished_at=finished_at)
    failed(tmp_path, "2026-10")  # the run that mended it was killed before it could clear this

    assert (
        sum(item.failure is not None for item in shelf.read(tmp_path, "Rosen & Töchter")) == stands
    )


def test_a_month_that_was_never_published_stands_there_without_a_way(tmp_path):
    publish_as_then(tmp_path, "2026-10", ["2026-10"])
    failed(tmp_path, "2026-11", step="pages")

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert made.index("November 2026</h2>") < made.index("October 2026</a></h2>")
    assert "at this step: making the pages." in made
    assert "The last published report is that of October 2026." in made
    assert "2026-11/" not in made


def test_the_first_run_ever_may_fail(tmp_path):
    failures.leave_killed(tmp_path, "2026-10")

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert "The last run failed. <span" in made
    assert "No report has been published yet.</p>" in made


def test_a_failure_shows_no_folder_of_the_machine_and_no_markup(tmp_path):
    failed(
        tmp_path, "2026-10", f"In {tmp_path}/segment.toml, <b>x</b> or C:\\Users\\a\\b.csv is not."
    )

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert "In segment.toml, &lt;b&gt;x&lt;/b&gt; or b.csv is not." in made


@pytest.mark.parametrize("content", ["{", "[]", '{"month": "2026-09"}', ""])
def test_a_damaged_note_of_a_failure_is_still_a_failure(tmp_path, content):
    failed(tmp_path, "2026-10")
    (tmp_path / ".failed" / "2026-10" / "status.json").write_text(content)

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert failures.UNREADABLE in made


def headlined(value, **more):
    return {"main_figure": {"label": "actual_value", "value": value}} | more


def test_the_newest_month_shows_the_line_of_its_figure_with_its_message(tmp_path):
    for month, value in (("2026-07", 90.0), ("2026-09", 300.0), ("2026-10", 200.0)):
        publish_as_then(tmp_path, month, [month], as_of=f"{month}-30", headline=headlined(value))

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert made.count('<svg class="line"') == 1
    assert (
        'role="img" aria-label="Actual value: from €90 in July 2026 to €200 in October 2026; '
        'highest €300 in September 2026, lowest €90 in July 2026."'
    ) in made
    assert 'd="M4.0 28.0M105.3 4.0L156.0 15.4"' in made  # no line over August
    assert '<circle cx="4.0" cy="28.0" r="1"' in made
    assert "▼ down 33.3% on month" in made
    assert made.count("on month") == 1  # September has no August to be beside


def points_of(*held):
    return trend.points([run_card(month, **changes) for month, changes in held])


def test_the_line_holds_a_month_and_its_own_of_a_year_ago():
    months = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)]

    found = points_of(*((month, {}) for month in months))

    assert [found[0].month, found[-1].month, len(found)] == ["2025-12", "2026-12", 13]


def test_the_line_holds_one_figure_in_one_currency_of_whole_months():
    found = points_of(
        ("2026-07", {"currency": "USD"}), ("2026-08", {"headline": {}}),
        ("2026-09", {"headline": {"main_figure": {"label": "clv", "value": 1.0}}}),
        ("2026-10", {}), ("2026-11-17", {}),
        ("2026-06", {"headline": {"main_figure": {"label": "actual_value", "value": None}}}),
    )  # fmt: skip

    assert [point.month for point in found] == ["2026-10"]
    assert trend.svg(found, "en") == trend.caption(found, "en") == ""


def test_main_points_are_there_to_be_found_in_the_language_of_the_page(tmp_path):
    held = {"main_points": {"en": ["Below zero: <b>7</b>."], "zh": ["低于零：7。"]}}
    for month in ("2026-08", "2026-09", "2026-10"):
        publish_as_then(tmp_path, month, [month], as_of=f"{month}-30", headline=held)

    english, chinese = (
        index.rebuild(tmp_path, language=language, **COMPANY).read_text(encoding="utf-8")
        for language in ("en", "zh")
    )

    assert "<li>Below zero: &lt;b&gt;7&lt;/b&gt;.</li>" in english
    assert "<li>低于零：7。</li>" in chinese
    assert 'data-filters="months"' in english


def test_two_months_need_no_search(tmp_path):
    for month in ("2026-09", "2026-10"):
        publish_as_then(tmp_path, month, [month], as_of=f"{month}-30")

    made = index.rebuild(tmp_path, language="en", **COMPANY).read_text(encoding="utf-8")

    assert 'id="search-months"' not in made


def test_the_feed_is_a_json_feed_with_what_machines_want_to_know(tmp_path):
    held = headlined(12.5, n_customers=7, main_points={"en": ["Two left.", "One came."]})
    publish_as_then(tmp_path, "2026-09", ["2026-09"], as_of="2026-09-30", headline={})
    publish_as_then(tmp_path, "2026-10", ["2026-10"], headline=held)
    publish_as_then(tmp_path, "2026-08", ["2026-08"], company="Another")
    failed(tmp_path, "2026-11")

    index.rebuild(tmp_path, language="en", **COMPANY)
    told = json.loads((tmp_path / "index.json").read_text(encoding="utf-8"))

    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert told["title"] == "Customer reports · Rosen & Töchter"
    newest, older = told["items"]
    assert newest["content_text"] == "Two left.\nOne came."
    assert newest["url"] == "2026-10/en/5-monthly-report.html"
    assert newest["date_published"] == "2026-11-01T06:00:40+00:00"
    assert newest["_segment"]["headline"] == headlined(12.5, n_customers=7)
    assert newest["_segment"]["pages"]["en"]["3-prospects"] == "2026-10/en/3-prospects.html"
    assert (newest["_segment"]["status"], newest["_segment"]["as_of"]) == ("complete", "2026-10-31")
    assert older["content_text"] == "counted to 30 September 2026"
    own = told["_segment"]
    assert [item["month"] for item in own["failed"]] == ["2026-11"]
    assert own["unreadable"] == [{"month": "2026-08", "fault": "foreign"}]
    assert own["format"] == 1


def test_the_same_months_make_the_same_page_and_the_same_feed(tmp_path):
    publish_as_then(tmp_path, "2026-10", ["2026-10"])
    failed(tmp_path, "2026-10")
    made = []
    for _ in range(2):
        index.rebuild(tmp_path, language="en", **COMPANY)
        made.append([(tmp_path / name).read_bytes() for name in ("index.html", "index.json")])

    assert made[0] == made[1]
