import polars as pl
import pytest
from great_tables import GT

from segment.errors import RunError
from segment.report import around, render
from segment.report.card import FileMark
from toys import code, displayed, notebook, placed, run_card, sentinel, text

LIMIT = 500_000


def page(
    *cells,
    audience="analyst",
    name="2-customer-value",
    months=("2026-10",),
    language="en",
    **changes,
):
    made = notebook(*(cells or [text("# Title")]), audience=audience)
    facts = run_card(**{"languages": (language,)} | changes)
    return render.page(made, placed(facts, name, months, language), name)


def test_the_title_is_the_only_one_and_names_the_page():
    made = page(text("# Who is *worth* it?\n\nFor analysts."), text("## Why?"))

    assert made.count("<h1") == 1
    assert "<h1>Who is worth it?</h1>" in made
    assert "<title>Who is worth it? · Rosen &amp; Töchter</title>" in made


@pytest.mark.parametrize("cells", [[text("## a")], [text("# a"), text("# b")], [text("# a", "zh")]])
def test_a_notebook_without_exactly_one_title_is_refused(cells):
    with pytest.raises(
        RunError, match=r"2-customer-value has (no|2) titles? in its cells for 'en'"
    ):
        page(*cells)


def test_only_the_cells_of_the_language_are_shown():
    cells = (text("# Value", "en"), text("# 价值", "zh"), text("both"))

    assert "Value" in page(*cells)
    assert "价值" not in page(*cells)
    assert "<h1>价值</h1>" in page(*cells, language="zh")
    assert "both" in page(*cells, language="zh")
    assert '<html lang="zh">' in page(*cells, language="zh")


def test_sections_are_listed_with_addresses_of_their_own():
    made = page(
        text("# T"),
        text("## What moved?"),
        text("### A part"),
        text("## What moved?"),
        text("## 谁？"),
    )

    for address in ("what-moved", "what-moved-2", "谁"):
        assert f'<a href="#{address}">' in made
        assert f'<h2 id="{address}">' in made
    assert '<h3 id="a-part">' in made
    assert '<a href="#a-part">' not in made


def test_analysts_find_the_code_folded_and_managers_none():
    cells = (text("# T"), code("secret = 1 < 2", count=1))

    assert "How this was computed" in page(*cells)
    assert "secret" in page(*cells)
    assert "secret" not in page(*cells, audience="manager")
    assert "How this was computed" not in page(*cells, audience="manager")


def test_code_that_shows_nothing_is_folded_with_the_next_that_does():
    made = page(
        text("# T"),
        code("import a", count=1),
        code("a.b()", count=2, outputs=[displayed(text_plain="seen")]),
        text("between"),
        code("c()", count=3),
        code("finished", count=4, outputs=[sentinel()]),
    )

    assert made.count("How this was computed") == 2
    assert "finished" not in made


def test_code_that_shows_nothing_may_stand_in_several_places():
    silent = [code(f"step_{place}", count=1) for place in range(3)]
    made = page(text("# T"), silent[0], text("a"), silent[1], text("b"), silent[2])

    assert made.count("How this was computed") == 3


@pytest.mark.parametrize("tag", ["parameters", "injected-parameters", "remove-cell", "zh"])
def test_cells_that_are_not_for_the_reader_are_left_out(tag):
    assert "hidden_thing" not in page(text("# T"), code("hidden_thing = 1", tag, count=1))


def test_warnings_scripts_and_widgets_are_never_shown():
    outputs = [
        {"output_type": "stream", "name": "stderr", "text": "bad-warning"},
        displayed(application_javascript="bad-script"),
        {"output_type": "display_data", "metadata": {}, "data": {
            "application/vnd.jupyter.widget-view+json": {"model_id": "bad"},
            "text/plain": "bad-widget",
        }},
        {"output_type": "stream", "name": "stdout", "text": "good & <plain>\x1b[31m"},
    ]  # fmt: skip
    made = page(text("# T"), code("x", count=1, outputs=outputs))

    assert "bad-" not in made
    assert "good &amp; &lt;plain&gt;</pre>" in made


def test_a_name_that_is_markup_stays_a_name_in_table_text_and_markdown():
    frame = pl.DataFrame({"name": ["<script>alert(1)</script>"], "clv": [1.0]})
    table = GT(frame, id="t").as_raw_html()
    outputs = [
        displayed(text_html=table),
        displayed(text_markdown="**<script>alert(2)</script>**<img src=x onerror=alert(3)>"),
        displayed(text_plain="<script>alert(4)</script>"),
    ]
    made = page(text("# T"), code("x", count=1, outputs=outputs))

    assert "<script" not in made
    assert "onerror" not in made
    assert "&lt;script&gt;alert(1)" in made


def test_a_table_brings_no_style_of_its_own():
    frame = pl.DataFrame({"clv": [1.0]})
    outputs = [displayed(text_html=GT(frame, id=f"t{n}").as_raw_html()) for n in "ab"]
    made = page(text("# T"), code("x", count=1, outputs=outputs))

    assert made.count("<style>") == 1
    assert made.count('class="gt_table"') == 2


def test_no_page_asks_for_anything_outside_itself():
    made = page(text("# T\n\n[paper](https://example.org/a) $x^2$ ![p](https://example.org/p.png)"))

    for sign in ("http://", "https://", "<script", "<link", "@import", "url("):
        assert sign not in made
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in made.replace(
        "&#39;", "'"
    )


def test_the_header_says_company_month_status_and_day():
    made = page(status="provisional", month="2026-10-17", as_of="2026-10-17")

    assert "Rosen &amp; Töchter" in made
    assert '<span class="month">17 October 2026</span>' in made
    assert '<span class="status provisional">provisional</span>' in made
    assert "counted to 17 October 2026" in made


def test_every_page_leads_to_the_four_others_and_to_all_months():
    made = page()

    for other in ("5-monthly-report", "1-data-check", "3-prospects", "4-customer-groups"):
        assert f'<a href="{other}.html">' in made
    assert '<a aria-current="page" href="#main">Customer value</a>' in made
    assert '<a href="../../index.html">' in made


def test_a_page_leads_to_itself_in_the_other_languages_of_the_month():
    both = page(languages=("en", "zh"))

    assert (
        '<a rel="alternate" href="../zh/2-customer-value.html" lang="zh" hreflang="zh">中文</a>'
        in both
    )
    assert '<span aria-current="true">English</span>' in both
    assert 'class="languages"' not in page()


def test_the_months_beside_are_the_nearest_published_ones():
    made = page(months=("2026-07", "2026-08", "2026-10", "2026-11-12", "2026-11"))

    assert '<a rel="prev" href="../../2026-08/en/2-customer-value.html">← August 2026</a>' in made
    assert (
        '<a rel="next" href="../../2026-11-12/en/2-customer-value.html">12 November 2026 →</a>'
        in made
    )
    assert 'rel="prev"' not in page()
    assert 'rel="next"' not in page()


def test_a_month_beside_without_this_language_is_shown_in_its_own():
    facts = run_card(languages=("zh",))
    known = {"2026-09": ("en",), "2026-10": ("zh",)}
    beside = around.around(facts, "zh", "3-prospects", known).previous

    assert beside.href == "../../2026-09/en/3-prospects.html"
    assert beside.label == "2026年9月"


def test_the_foot_tells_what_the_page_was_made_from_but_no_time():
    made = page(config=FileMark(name="segment.toml", size=1, sha256="cd" * 32))

    assert "transactions.csv" in made
    assert "abababababababab" in made
    assert "segment.toml (cdcdcdcdcdcdcdcd)" in made
    assert "1,070" in made
    assert "06:00" not in made


def test_the_same_notebook_makes_the_same_bytes():
    cells = (
        text("# T"),
        code("x", count=1, outputs=[displayed(text_html="<p class='a' id='b'>c</p>")]),
    )

    assert page(*cells) == page(*cells)


def test_a_page_of_many_tables_stays_small():
    frame = pl.DataFrame(
        {"name": [f"customer {n}" for n in range(100)], "clv": [float(n) for n in range(100)]}
    )
    html = GT(frame, id="t").as_raw_html()
    made = page(
        text("# T"), *(code("x", count=1, outputs=[displayed(text_html=html)]) for _ in range(10))
    )

    assert len(made.encode()) < LIMIT


def test_a_month_is_written_as_its_reader_writes_it():
    assert around.month_words("2026-10", "en") == "October 2026"
    assert around.month_words("2026-10", "zh") == "2026年10月"
    assert around.month_words("2026-10-17", "en") == "17 October 2026"


def test_neighbours_go_by_day_and_not_by_spelling():
    months = ["2026-09", "2026-10-30", "2026-10", "2026-11-01"]

    assert around.neighbours("2026-10", months) == ("2026-10-30", "2026-11-01")
    assert around.neighbours("2026-09", months) == (None, "2026-10-30")
