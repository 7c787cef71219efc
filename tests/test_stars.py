"""Tomorrow's stars: which C customers are likely to become B or A."""

import polars as pl

from segment.schemes import stars
from segment.schemes.stars import StarRules

Row = tuple[str | None, float | None, float | None]  # class, revenue of the year, likely revenue


def frame(rows: list[Row]) -> pl.DataFrame:
    schema = {"abc_class": pl.String, "revenue_last_year": pl.Float64, "likely_revenue": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        customer_id=pl.int_range(pl.len()).cast(pl.String)
    )


def marked(rows: list[Row], before: pl.DataFrame | None = None, **rules: float) -> list[str | None]:
    return stars.assign(frame(rows), StarRules(**rules), before)["star"].to_list()


BIG: list[Row] = [("A", 900.0, 900.0), ("B", 200.0, 10.0), ("B", 100.0, 300.0)]


def test_a_star_is_c_and_comes_near_the_least_of_b():
    rows = [*BIG, ("C", 50.0, 80.0), ("C", 50.0, 79.99), ("C", 90.0, 10.0)]

    assert marked(rows, share=1.0, near=0.8) == ["none"] * 3 + ["star", "none", "none"]


def test_only_the_first_share_of_class_c_are_stars_and_ties_all_pass():
    rows = [*BIG, *[("C", 10.0, likely) for likely in (500.0, 400.0, 400.0, 300.0)]]

    assert marked(rows, share=0.25)[3:] == ["star", "none", "none", "none"]
    assert marked(rows, share=0.5)[3:] == ["star", "star", "star", "none"]


def test_a_tenth_of_ten_is_one():
    rows = [*BIG, *[("C", 1.0, 100.0 + place) for place in range(10)]]

    assert marked(rows, share=0.1).count("star") == 1


def test_without_a_class_to_rise_to_nobody_is_a_star():
    assert marked([("A", 9.0, 9.0), ("C", 1.0, 5.0)], share=1.0) == ["none", "none"]
    assert stars.lines(frame([("A", 9.0, 9.0), ("C", 1.0, 5.0)]), StarRules())["at"].item() is None


def test_what_is_unknown_is_no_star_and_no_other_either():
    rows = [*BIG, ("C", 1.0, None), (None, 1.0, 500.0), ("C", None, 500.0)]

    assert marked(rows, share=1.0)[3:] == [None, None, None]


def test_the_line_says_where_a_star_begins():
    rows = [*BIG, ("C", 1.0, 85.0), ("C", 1.0, 60.0)]

    near = stars.lines(frame(rows), StarRules(share=1.0))
    first = stars.lines(frame(rows), StarRules(share=0.5))

    assert near.row(0) == ("star", "star", "likely_revenue", 80.0)
    assert first["at"].item() == 85.0


def test_values_are_held_against_other_lines_where_these_are_given():
    rows = [*BIG, ("C", 1.0, 85.0)]
    higher = stars.lines(frame(rows), StarRules(share=1.0)).with_columns(at=pl.lit(85.01))

    found = stars.assign(frame(rows), StarRules(share=1.0), lines=higher)

    assert found["star"].to_list()[3] == "none"


def test_a_star_of_last_month_stays_one_a_little_below_the_line():
    rows = [*BIG, ("C", 1.0, 72.0), ("C", 1.0, 71.99), ("C", 1.0, 72.0)]  # the line is 80
    before = stars.assign(frame(rows), StarRules(share=1.0)).with_columns(
        star=pl.when(pl.col("customer_id") == "5").then(pl.lit("none")).otherwise(pl.lit("star"))
    )

    found = stars.assign(frame(rows), StarRules(share=1.0, margin=0.1), before)

    assert found["star"].to_list()[3:] == ["star", "none", "none"]
    assert found["star_by_line"].to_list()[3:] == ["none", "none", "none"]


def test_a_former_star_that_is_no_longer_c_is_none():
    rows = [("A", 900.0, 900.0), ("B", 100.0, 95.0), ("C", 1.0, 99.0)]
    before = pl.DataFrame({"customer_id": ["1"], "star": ["star"]})

    assert marked(rows, before, share=1.0) == ["none", "none", "star"]


def test_another_class_may_be_looked_at():
    rows = frame([*BIG, ("C", 1.0, 500.0)]).rename({"abc_class": "key_class"})

    found = stars.assign(rows, StarRules(class_label="key_class"))

    assert found["star"].to_list() == ["none", "none", "none", "star"]
