"""The gate of privacy: what is refused, what passes, and what the refusal says."""

import time

import polars as pl
import pytest

from segment.config import Settings
from segment.errors import RunError
from segment.privacy import PrivacyRules
from segment.report import notebooks, privacy
from toys import code, displayed, notebook

MOST_SECONDS = 20  # for a million customers; it takes two where nothing else is at work


@pytest.fixture
def month(tmp_path):
    """Write a page of a month whose customers are Ann Rosen (C00012) and Star (7)."""

    def made(page: str, folder: str = "") -> None:
        inputs = tmp_path / "inputs"
        inputs.mkdir(exist_ok=True)
        pl.DataFrame(
            {"customer_id": ["C00012", "7"], "name": ["Ann Rosen", "Star"],
             "region": ["North Shore", "South"]}
        ).write_parquet(inputs / "customers.parquet")  # fmt: skip
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "5-monthly-report.html").write_text(page, encoding="utf-8")

    return made


def check(folder, **rules: object) -> None:
    privacy.check(folder, Settings(privacy=PrivacyRules(**rules)))


def test_a_page_without_anybody_passes(month, tmp_path):
    month("<h2 id='who'>Who?</h2><p>7 customers of North Shore; k7q.4m2.xd9 owes €1,234.</p>")

    check(tmp_path)


@pytest.mark.parametrize(
    "page",
    [
        "<p>Ann Rosen has left.</p>",
        '<img alt="Ann Rosen leads" src="data:image/png;base64,AAAA">',
        "<p>C00012</p>",
        "<td>Star</td>",
        "<table><tr><th>Customer</th></tr><tr><td>7</td></tr></table>",
    ],
)
def test_a_masked_page_that_names_somebody_is_refused_and_a_full_one_is_not(month, tmp_path, page):
    month(page)

    with pytest.raises(RunError, match="1 name or identifier of customers or prospects"):
        check(tmp_path)
    check(tmp_path, on_pages="full")


@pytest.mark.parametrize("on_pages", ["masked", "full"])
@pytest.mark.parametrize("reach", ["anna@rosen.example", "+49 30 1234567"])
def test_an_address_or_a_number_is_refused_on_every_page(month, tmp_path, on_pages, reach):
    month(f'<h2 id="who">Who?</h2><p>Ask {reach}.</p>')

    with pytest.raises(RunError) as refused:
        check(tmp_path, on_pages=on_pages)
    assert reach not in str(refused.value)
    assert f"5-monthly-report.html near #who ({reach[:2]}…)" in str(refused.value)
    assert refused.value.exit_status == 3
    check(tmp_path, on_pages=on_pages, allowed=(reach,))


def test_the_refusal_counts_each_kind_and_names_every_language(month, tmp_path):
    month("<p>Ann Rosen, Ann Rosen, anna@rosen.example</p>", "en")
    month("<p>Ann Rosen</p>", "zh")

    with pytest.raises(RunError) as refused:
        check(tmp_path)
    said = str(refused.value)
    assert "1 e-mail address: en/5-monthly-report.html (an…)" in said
    assert "3 names or identifiers of customers or prospects: en/5-monthly" in said
    assert "zh/5-monthly-report.html (An…)" in said
    assert "Ann Rosen" not in said


def test_what_is_allowed_or_public_is_nobodys_name(month, tmp_path):
    month("<p>Ann Rosen</p><p>North Shore</p>")

    check(tmp_path, allowed=("Ann Rosen",))
    pl.DataFrame({"staff_id": ["S1"], "name": ["Ann Rosen"]}).write_parquet(
        tmp_path / "inputs" / "staff.parquet"
    )
    check(tmp_path)  # a colleague who buys is a colleague


def test_a_published_notebook_is_looked_at_as_well(month, tmp_path):
    month("<p>nothing</p>")
    shown = notebook(code("x", count=1, outputs=[displayed(text_plain="Ann Rosen")]))
    notebooks.write(shown, tmp_path / "2-customer-value.ipynb")

    with pytest.raises(RunError, match=r"2-customer-value\.ipynb"):
        check(tmp_path)


def test_a_million_customers_and_five_large_pages_take_seconds(month, tmp_path):
    month("")
    pl.select(customer_id=pl.format("C{}", pl.int_range(1_000_000, 2_000_000))).with_columns(
        name=pl.format("Shop {} of Rosen Street", "customer_id")
    ).write_parquet(tmp_path / "inputs" / "customers.parquet")
    for place in range(5):
        rows = (f"<tr><td>of page {place}, row {row} in {row}</td></tr>" for row in range(12_000))
        (tmp_path / f"{place}.html").write_text(f"<table>{''.join(rows)}</table>", encoding="utf-8")

    began = time.perf_counter()
    check(tmp_path)
    assert time.perf_counter() - began < MOST_SECONDS
