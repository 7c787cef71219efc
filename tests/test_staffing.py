"""Who does the work: people needed, who looks after whom, what one more would change."""

import polars as pl
import pytest

from segment import staffing
from segment.errors import ConfigError, DataError
from segment.staffing import StaffingRules

CLASSES = pl.Enum(("A", "B", "C"))
RULES = StaffingRules(roles={"sales": ("A", "B", "C")})


def customers(*rows: tuple[str, str | None, float | None, str | None, str | None]) -> pl.DataFrame:
    """One customer a row: id, class, actual value, region, person in charge."""
    return pl.DataFrame(
        rows,
        schema={
            "customer_id": pl.String, "key_class": CLASSES, "actual_value": pl.Float64,
            "region": pl.String, "staff_id": pl.String,
        },
        orient="row",
    )  # fmt: skip


def team(*rows: tuple[str, str | None, str | None, float | None]) -> pl.DataFrame:
    """One person a row: id, region, role, hours a week."""
    schema = {
        "staff_id": pl.String, "region": pl.String, "role": pl.String, "hours_per_week": pl.Float64,
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(name=pl.format("Name of {}", "staff_id"))


def alike(n: int, code: str, region: str | None, staff: str | None, start: int = 0) -> list[tuple]:
    return [(f"{code}{i:03d}", code, 1000.0 - i, region, staff) for i in range(start, start + n)]


def of(dealt: pl.DataFrame) -> dict[str, str | None]:
    return dict(dealt.select("customer_id", "proposed_id").iter_rows())


# --------------------------------------------------------------- needs


def test_heads_follow_the_ratios_and_a_range_gives_a_range():
    rows = [*alike(4, "A", None, None), *alike(4, "B", None, None), *alike(30, "C", None, None)]
    found = staffing.needs(customers(*rows), RULES)

    assert found.select("n_customers", "heads_low", "heads_high").rows() == [
        (4, 4.0, 4.0), (4, 2.0, 2.0), (30, 6.0, 10.0),
    ]  # fmt: skip
    assert found["heads_share"].to_list() == pytest.approx([4 / 13.5, 2 / 13.5, 7.5 / 13.5])


def test_a_class_that_takes_more_people_than_the_best_for_less_value_is_told():
    few = customers(*alike(2, "A", None, None), *(("c" + str(i), "C", 1.0, None, None)
                    for i in range(12)))  # fmt: skip
    as_many = few.filter(pl.col("customer_id") != "c0").head(10)  # 2 of A, 8 of C: 2 people each

    assert staffing.needs(few, RULES)["is_upside_down"].to_list() == [False, True]
    assert staffing.needs(as_many, RULES)["is_upside_down"].to_list() == [False, False]


def test_costs_upside_down_are_told_and_unknown_without_costs():
    rows = customers(("a", "A", 100.0, None, None), ("c", "C", 50.0, None, None))
    dear = rows.with_columns(cost_to_serve=pl.Series([10.0, 30.0]))

    assert staffing.needs(dear, RULES).select("cost", "cost_share", "is_costlier").rows() == [
        (10.0, 0.25, False), (30.0, 0.75, True),
    ]  # fmt: skip
    assert staffing.needs(rows, RULES).select("cost_share", "is_costlier").rows() == [
        (None, None), (None, None),
    ]  # fmt: skip


def test_a_customer_without_a_class_takes_nobody_and_a_loss_is_no_value():
    found = staffing.needs(
        customers(("a", "A", 100.0, None, None), ("b", "A", -40.0, None, None),
                  ("c", None, 10.0, None, None)), RULES)  # fmt: skip

    assert found.select("n_customers", "value").rows() == [(2, 100.0)]


def test_people_count_by_their_hours_and_unknown_hours_as_a_full_week():
    people = team(("s", None, "sales", 20.0), ("t", None, "sales", None),
                  ("u", None, "service", 40.0), ("v", None, "sales", 0.0))  # fmt: skip

    assert staffing.heads(people, RULES) == 1.5


def test_a_class_without_a_ratio_is_refused_in_words():
    with pytest.raises(ConfigError, match="no ratio for key_class 'B'"):
        staffing.needs(
            customers(*alike(1, "B", None, None)),
            StaffingRules(customers_per_head={"A": 1.0}, personal=("A",), roles={"sales": ("A",)}),
        )


# --------------------------------------------------------------- assigning

TWO = team(("s", "north", "sales", 40.0), ("t", "north", "sales", 40.0))


def test_nobody_is_moved_while_the_load_is_near_even():
    served = customers(*alike(11, "A", "north", "s"), *alike(9, "A", "north", "t", start=50))
    dealt = staffing.assigned(served, TWO, RULES)

    assert dealt["is_kept"].all()  # 11 of 20 is a tenth above even, just the slack


def test_beyond_the_slack_just_so_many_move_and_the_least_valuable():
    served = customers(*alike(14, "A", "north", "s"), *alike(6, "A", "north", "t", start=50))
    dealt = staffing.assigned(served, TWO, RULES)

    assert sorted(dealt.filter(~pl.col("is_kept"))["customer_id"]) == ["A011", "A012", "A013"]
    assert staffing.loads(dealt, TWO, RULES).select("staff_id", "n_customers", "n_proposed").rows(
    ) == [("s", 14, 11), ("t", 6, 9)]  # fmt: skip


def test_half_a_week_takes_half_the_customers():
    people = team(("s", None, "sales", 40.0), ("t", None, "sales", 20.0))
    dealt = staffing.assigned(customers(*alike(30, "A", None, None)), people, RULES)
    loads = dict(staffing.loads(dealt, people, RULES).select("staff_id", "n_proposed").iter_rows())

    assert loads["s"] <= 22
    assert loads["t"] <= 11
    assert sum(loads.values()) == 30


def test_customers_stay_in_their_region_however_loaded_and_are_alike_so():
    people = team(("n", "north", "sales", 40.0), ("m", "north", "sales", 40.0),
                  ("z", "south", "sales", 40.0))  # fmt: skip
    served = customers(*alike(40, "A", "north", None), *alike(2, "A", "south", None, start=80))
    dealt = staffing.assigned(served, people, RULES)
    found = dict(staffing.loads(dealt, people, RULES).select("staff_id", "n_proposed").iter_rows())

    assert found["z"] == 2
    assert abs(found["n"] - found["m"]) <= 8  # both far above even, neither above the other's step
    assert found["n"] + found["m"] == 40


def test_a_region_where_nobody_works_and_an_unknown_one_are_anybodys():
    served = customers(("a", "A", 9.0, "islands", None), ("b", "A", 8.0, None, None))

    assert set(of(staffing.assigned(served, TWO, RULES)).values()) == {"s", "t"}


def test_a_role_looks_after_its_classes_only():
    rules = StaffingRules(roles={"sales": ("B",), "key accounts": ("A",)})
    people = team(("s", None, "sales", 40.0), ("k", None, "key accounts", 40.0))
    served = customers(*alike(3, "A", None, "s"), *alike(3, "B", None, None))
    dealt = of(staffing.assigned(served.with_columns(staff_id=pl.lit(None)), people, rules))

    assert {dealt[f"A00{i}"] for i in range(3)} == {"k"}
    assert {dealt[f"B00{i}"] for i in range(3)} == {"s"}


def test_who_has_left_the_team_hands_all_customers_on():
    dealt = staffing.assigned(customers(*alike(4, "A", "north", "gone")), TWO, RULES)

    assert sorted(dealt["proposed_id"]) == ["s", "s", "t", "t"]
    assert not dealt["is_kept"].any()


def test_mass_service_and_unknown_classes_are_assigned_to_nobody():
    served = customers(("a", "A", 1.0, None, None), ("c", "C", 1.0, None, None),
                       ("n", None, 1.0, None, None))  # fmt: skip

    assert staffing.assigned(served, TWO, RULES)["customer_id"].to_list() == ["a"]


def test_without_a_team_or_customers_there_are_no_rows_but_the_same_columns():
    some = staffing.assigned(customers(*alike(2, "A", None, None)), TWO, RULES)
    no_team = staffing.assigned(customers(*alike(2, "A", None, None)), TWO.clear(), RULES)
    no_customers = staffing.assigned(customers(), TWO, RULES)

    assert no_team.schema == no_customers.schema == some.schema
    assert no_team.is_empty()
    assert no_customers.is_empty()
    assert staffing.words.moved(no_team) == [
        "The staff list names nobody whose role looks after customers."
    ]


def test_the_order_of_rows_and_people_does_not_matter():
    served = customers(*alike(14, "A", "north", "s"), *alike(9, "B", "north", "t", start=50))
    other = of(staffing.assigned(served.reverse(), TWO.reverse(), RULES))

    assert of(staffing.assigned(served, TWO, RULES)) == other


def test_a_hundred_thousand_customers_are_dealt_out_whole():
    people = team(*((f"s{i:02d}", f"r{i % 10}", "sales", 40.0) for i in range(50)))
    n = 100_000
    served = pl.DataFrame({"n": range(n)}).select(
        customer_id=pl.format("c{}", "n"),
        key_class=pl.when(pl.col("n") % 4 == 0).then(pl.lit("A")).otherwise(pl.lit("B"))
        .cast(CLASSES),
        actual_value=(pl.col("n") * 7919 % n).cast(pl.Float64),
        region=pl.format("r{}", pl.col("n") % 10),
        staff_id=pl.format("s{}", (pl.col("n") % 50).cast(pl.String).str.zfill(2)),
    )  # fmt: skip
    dealt = staffing.assigned(served, people, RULES)

    assert dealt["proposed_id"].null_count() == 0
    assert dealt.height == n
    assert dealt["is_kept"].mean() > 0.99  # all are loaded alike today


# --------------------------------------------------------------- weighing


def test_the_team_reaches_the_most_valuable_of_the_best_class_first():
    served = customers(*alike(3, "A", None, None), ("b", "B", 5000.0, None, None))
    one = team(("s", None, "sales", 40.0))
    rules = StaffingRules(roles={"sales": ("A",)}, head_cost_yearly=100.0)
    found = staffing.weighed(served, one, rules)
    by = {row["heads_change"]: row for row in found.filter(ratio_factor=1.0).to_dicts()}

    assert -2 not in by  # there is one person only
    assert (by[0]["n_served"], by[0]["value_served"]) == (1, 1000.0)
    assert (by[1]["n_served"], by[1]["value_change"], by[1]["cost"]) == (2, 999.0, 100.0)
    assert by[5]["n_served"] == 4  # all of A, then half a person for b
    twice = found.filter(ratio_factor=2.0).row(0, named=True)
    assert (twice["n_served"], twice["value_served"], twice["cost"]) == (2, 1999.0, 0.0)


def test_what_a_person_costs_is_unknown_unless_declared():
    found = staffing.weighed(customers(*alike(2, "A", None, None)), TWO, RULES)

    assert found["cost"].null_count() == found.height


# --------------------------------------------------------------- words and rules


def test_the_sentences_name_people_ratios_and_what_lies_upside_down():
    rows = customers(*alike(4, "A", None, None), *(("c" + str(i), "C", 1.0, None, None)
                     for i in range(40)))  # fmt: skip
    said = staffing.words.needed(staffing.needs(rows, RULES), 2.0, RULES)

    assert said[0] == "At these ratios A, B take 4.0 full-time people; 2.0 look after customers."
    assert "A 1:2, B 1:4" in said[1]
    assert said[2].startswith("At these ratios effort lies upside down: C takes 71% of the people")
    assert staffing.words.describe(RULES).startswith("Customers for one person by Key class: A 1:1")
    enough = staffing.words.needed(staffing.needs(rows, RULES), 4.0, RULES)
    assert not any("would have to be" in one for one in enough)


@pytest.mark.parametrize(
    ("nonsense", "said"),
    [
        ({"customers_per_head": {"A": 0.0}, "personal": ("A",)}, "above 0"),
        ({"customers_per_head": {"A": (5.0, 3.0)}, "personal": ("A",)}, "smaller one first"),
        ({"personal": ("D",)}, "class 'D'"),
        ({"roles": {"sales": ("D",)}}, "'sales' names the class 'D'"),
        ({"roles": {}}, "roles is empty"),
        ({"full_week_hours": 0.0}, "above 0"),
        ({"head_cost_yearly": -1.0}, "0 or more"),
        ({"slack_share": 1.5}, "slack_share"),
    ],
)
def test_rules_refuse_nonsense_in_words(nonsense, said):
    with pytest.raises(ConfigError, match=said):
        StaffingRules(**nonsense)


def test_a_missing_column_is_named():
    with pytest.raises(DataError, match="hours_per_week"):
        staffing.heads(TWO.drop("hours_per_week"), RULES)
    with pytest.raises(DataError, match="key_class"):
        staffing.needs(customers().drop("key_class"), RULES)
