"""How the grades are given and how good they have been, in sentences for a head of sales."""

import polars as pl

from segment import text
from segment.prospects import following, worth
from segment.prospects.grades import WEEKS
from segment.prospects.model import Model
from segment.text import percent, phrase

# A change of less than this is told as none, however sure it is: half a point of a rate.
SMALLEST_CHANGE = 0.005


def way(
    graded: pl.DataFrame, model: Model, language: str = "en", currency: str = ""
) -> tuple[str, ...]:
    """Return by what the grades go, what the values rest on, and how many are for learning.

    `graded` comes from `add_value` and `add_grade`; a model that abstained has no way.
    """
    if model.card is None:
        return ()
    rules = model.rules.grades
    said = [_goes_by(graded, model, language), *_worth(graded, model, language, currency)]
    n_learning = int(graded["is_for_learning"].sum())
    if n_learning:
        said.append(
            phrase("grades.learning", language, n=text.number(n_learning, language),
                   share=text.share_as_written(rules.learning_share, language))
        )  # fmt: skip
    return tuple(said)


def _goes_by(graded: pl.DataFrame, model: Model, language: str) -> str:
    rules = model.rules.grades
    order = phrase(f"grades.order.{rules.order_by}", language)
    places = graded["places_a_week"].max()
    is_by_hours, nobody = rules.grade_by == "capacity", graded["grade"].count() == 0
    if places is None if is_by_hours else nobody:
        return phrase(f"grades.nobody.{rules.grade_by}", language)
    return phrase(
        f"grades.by.{rules.grade_by}", language, order=order,
        n=text.number(places, language),  # type: ignore[arg-type]
        weeks=text.number(WEEKS[-1], language),
        minutes=text.as_written(rules.minutes_per_lead, language),
        share=text.share_as_written(rules.prospect_time_share, language),
    )  # fmt: skip


def _worth(graded: pl.DataFrame, model: Model, language: str, currency: str) -> list[str]:
    """Return what the value if won of the open leads rests on, and what it comes to."""
    rules = model.rules.grades
    open_ones = graded.filter(pl.col("outcome").cast(pl.String) == "open")
    counts = dict(open_ones.drop_nulls("value_basis").group_by("value_basis").len().rows())
    said = []
    if (why := worth.doubt(model)) is not None:
        said.append(
            phrase("grades.doubt", language, column=rules.value_column,
                   why=phrase(f"prospects.why.{why}", language))
        )  # fmt: skip
    if not counts:
        return [*said, phrase("grades.worth.none", language)]
    alike = phrase("grades.and", language).join(
        text.word("grades.column", name, language) for name in rules.alike if name in graded.columns
    )
    told = [
        phrase(f"grades.basis.{basis}", language, n=text.number(counts[basis], language),
               column=rules.value_column.replace("_", " "), alike=alike)
        for basis in worth.BASES if basis in counts
    ]  # fmt: skip
    mean = _money(open_ones["value_if_won"].mean(), currency, language)  # type: ignore[arg-type]
    bases = phrase("grades.then", language).join(told)
    said.append(phrase("grades.worth.known", language, told=bases, mean=mean))
    if rules.pursuit_cost:
        cost = _money(rules.pursuit_cost, currency, language)
        said.append(phrase("grades.worth.cost", language, cost=cost))
    return said


def _money(value: float | None, currency: str, language: str) -> str:
    return text.money(value, currency, language) if currency else text.number(value, language)


def drift(found: dict[str, float] | None, language: str = "en") -> str:
    """Return how the base rate moved, from what `goodness.drift` returns."""
    if found is None:
        return phrase("grades.drift.unknown", language)
    is_sure = not found["low"] <= 0 <= found["high"]
    moved = abs(found["change"]) >= SMALLEST_CHANGE and is_sure
    kind = ("up" if found["change"] > 0 else "down") if moved else "steady"
    low, high = sorted((abs(found["low"]), abs(found["high"])))
    return phrase(
        f"grades.drift.{kind}", language, n=text.number(found["n_months"], language),
        earlier=percent(found["earlier"], language, 1),
        later=percent(found["later"], language, 1),
        points=text.number(100 * abs(found["change"]), language, 1),
        low=text.number(100 * low, language, 1), high=text.number(100 * high, language, 1),
    )  # fmt: skip


def lift(table: pl.DataFrame, language: str = "en") -> tuple[str, ...]:
    """Return what the best tenth brought, from what `goodness.lift` returns; else nothing."""
    if table.is_empty():
        return ()
    top = table.row(0, named=True)
    told = {name: text.number(top[name], language, 1) for name in ("lift", "lift_low", "lift_high")}
    return (
        phrase(
            "grades.lift", language, top=percent(top["top_leads_share"], language),
            rate=percent(top["realised_rate"], language),
            won=percent(top["won_share"], language), **told,
        ),
    )  # fmt: skip


def became(followed: pl.DataFrame, interval_share: float, language: str = "en") -> tuple[str, ...]:
    """Return what became of all grades of last month together, or that nobody had one."""
    if followed.is_empty():
        return (phrase("grades.became.nobody", language),)
    found = following.in_all(followed, interval_share)
    n_won = found["n_won"]
    kind = (
        "more" if n_won > found["expected_high"]
        else "fewer" if n_won < found["expected_low"] else "as_expected"
    )  # fmt: skip
    values = {
        name: text.number(found[name], language)
        for name in ("n_leads", "n_won", "n_lost", "n_open", "expected_low", "expected_high")
    }
    expected = text.number(found["expected_won"], language, 1)
    said = [phrase(f"grades.became.{kind}", language, expected=expected, **values)]
    if found["n_gone"]:
        n_gone = text.number(found["n_gone"], language)
        said.append(phrase("grades.became.gone", language, n=n_gone))
    return tuple(said)


def judges(pairs: pl.DataFrame, n_judged: int, language: str = "en") -> tuple[str, ...]:
    """Return how often model and person were right, from what `judgement.pairs` returns.

    `n_judged` is how many prospects a person judged at all; without any nothing is said.
    """
    if not n_judged:
        return ()
    if pairs.is_empty():
        return (phrase("grades.judged.too_few", language, n=text.number(n_judged, language)),)
    values = {
        f"{row['judge']}_{name}": percent(row[name], language)
        for row in pairs.to_dicts()
        for name in ("right_share", "low", "high")
    }
    n = text.number(pairs["n_leads"][0], language)
    return (phrase("grades.judged.compared", language, n=n, **values),)
