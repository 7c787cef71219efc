"""How far the chances of closing can be believed, on funnels whose truth is known and on real ones.

The sample company with several seeds: level of the closed and of the open leads, whose truth is the
chance from now on. Simulated funnels of which four in ten leads are open: level, ranking and the
share of grades whose rate falls within the stated interval, on 20,000 leads that nobody had seen;
beside it the same learner for which open is lost, and a plain logistic regression on what closed.
Kinds of funnel: steady, falling, rising, seasonal, and cut off (an export that holds only what was
open on some day, or came later). Speed on 100,000 leads of 30 fields, and 1,000,000 to be graded.

With paths: bank marketing (Parquet of UCI 222 in time order) and the folder of Maven's CRM
opportunities. Bank marketing has no dates. Twice they are made: a hundred rows a day; and by the
column `month`, whose turns tell the year, rows spread evenly within. Each row closes after a day.

    python benchmarks/prospects.py [sample] [funnels[=KIND]] [speed] [bank=FILE] [crm=FOLDER]
"""

import datetime as dt
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.linear_model import LogisticRegression

from segment import prospects, sample
from segment.prospects import ProspectRules, measures
from segment.sample import SampleRules
from segment.sample.prospects import LOSS_DAYS, LOSS_SHAPE, WIN_DAYS, WIN_SHAPE

sys.path.append(str(Path(__file__).parents[1] / "tests"))
import funnels

RULES = ProspectRules()
SAMPLE_SEEDS = (SampleRules().seed, *range(3, 12))
FUNNEL_SEEDS = range(10)
# Four in ten are open at the end of each.
OPEN = {"days": 420, "win_days": 120, "loss_days": 150}
KINDS = {
    "steady": {},
    "falling": {"drift": -0.8},
    "rising": {"drift": 0.8},
    "seasonal": {"season": 0.5},
}
N_LEADS, N_FRESH, FRESH_DAYS = 6_000, 20_000, 30
CUT_OFF = funnels.AS_OF - dt.timedelta(days=300)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def survived(days: np.ndarray, shape: float, scale: float) -> np.ndarray:
    """Return the chance that a Weibull time is longer than `days`."""
    return np.exp(-((np.maximum(days, 0.0) / scale) ** shape))


def as_created(leads: pl.DataFrame) -> pl.DataFrame:
    """Return the same leads as they were on the day of their creation."""
    return leads.with_columns(outcome=pl.lit("lost"), closed_on=pl.col("created_on"))


def as_lost(leads: pl.DataFrame, days: int) -> pl.DataFrame:
    """Return the leads as if none were open: what is not won is lost, and nothing can follow.

    All are moved back by the horizon, so that no learner takes a young one for unknown.
    """
    back = pl.duration(days=days)
    is_won = pl.col("outcome") == "won"
    return leads.with_columns(
        outcome=pl.when(is_won).then("outcome").otherwise(pl.lit("lost")),
        created_on=pl.col("created_on") - back,
        closed_on=pl.when(is_won).then("closed_on").otherwise("created_on") - back,
    )


def chance_from_now(truth: pl.DataFrame, days: int) -> pl.Series:
    """Return the true chance of open leads of a simulated funnel to be won within `days` from now.

    Wins take gamma-distributed days of shape 2; losses exponential ones, or one in ten for ever.
    """
    age, chance = truth["age"].to_numpy(), truth["chance"].to_numpy()

    def unwon(waited: np.ndarray) -> np.ndarray:
        parts = waited / (OPEN["win_days"] / 2)
        return (1 + parts) * np.exp(-parts)

    unlost = 0.1 + 0.9 * np.exp(-age / OPEN["loss_days"])
    still = chance * unwon(age) + (1 - chance) * unlost
    return pl.Series(chance * (unwon(age) - unwon(age + days)) / still)


def of_sample(seed: int) -> dict[str, float]:
    """Return the level of one sample company's leads, over their true chances."""
    company = sample.make(SampleRules(seed=seed, n_customers=400, n_responses=20))
    known, as_of = company.tables["prospects"], company.rules.last_on
    model = prospects.fit(known, as_of, RULES)
    days = model.quality.horizon_days
    graded = prospects.predict(known, model).join(
        company.truth["prospects"].drop("created_on"), on="prospect_id"
    )
    age = (as_of - graded["created_on"]).dt.total_days().to_numpy()
    chance = graded["p_won"].to_numpy()
    open_won = chance * survived(age, WIN_SHAPE, WIN_DAYS)
    soon = open_won - chance * survived(age + days, WIN_SHAPE, WIN_DAYS)
    still = open_won + (1 - chance) * survived(age, LOSS_SHAPE, LOSS_DAYS)
    in_time = (graded["eventual_outcome"] == "won") & (
        graded["eventual_closed"] - graded["created_on"] <= pl.duration(days=days)
        if graded["eventual_closed"].dtype == pl.Date
        else graded["eventual_closed"] - graded["created"] <= days
    )
    table = graded.with_columns(
        from_now=pl.Series(soon / still),
        in_time=in_time,
        new=pl.Series(chance * (1 - survived(np.full(len(age), days), WIN_SHAPE, WIN_DAYS))),
    )
    is_open = pl.col("outcome") == "open"
    said = pl.col("close_probability")
    late = model.quality.fields.filter(~pl.col("is_used"))["feature"].to_list()
    row = table.select(
        n_open=is_open.sum(),
        closed=said.filter(~is_open).mean() / pl.col("in_time").filter(~is_open).mean() - 1,
        closed_true=said.filter(~is_open).mean() / pl.col("new").filter(~is_open).mean() - 1,
        open=said.filter(is_open).mean() / pl.col("from_now").filter(is_open).mean() - 1,
        held=pl.col("from_now")
        .filter(is_open)
        .is_between(
            pl.col("probability_low").filter(is_open), pl.col("probability_high").filter(is_open)
        )
        .mean(),
    ).row(0, named=True)
    return {"seed": seed, "days": days} | row | {"left_out": ", ".join(late), "said": _how(model)}


def _how(model: prospects.Model) -> str:
    """Return what the model says of how it was fitted."""
    way = model.quality.way
    if way is None:
        return "no way"
    memory = "" if way.memory is None else f", memory {way.memory:g}"
    return f"{way.learner}{memory}"


def of_funnel(kind: str, seed: int) -> dict[str, float]:
    """Return level, ranking and intervals of one funnel, on leads that were not seen."""
    moved = KINDS.get(kind, {})
    seen, truth = funnels.funnel(N_LEADS, seed=seed, **OPEN, **moved)
    if kind == "cut off":
        seen, truth = funnels.still_there(seen, truth, CUT_OFF)
    fresh, will = funnels.funnel(N_FRESH, seed=1000 + seed, **OPEN | {"days": FRESH_DAYS}, **moved)
    model = prospects.fit(seen, funnels.AS_OF, RULES)
    days = model.quality.horizon_days
    graded = prospects.predict(as_created(fresh), model).with_columns(
        is_hit=will["is_won"] & (will["after"] <= days)
    )
    naive = prospects.predict(
        as_created(fresh),
        prospects.fit(as_lost(seen, days), funnels.AS_OF, ProspectRules(horizon_days=days)),
    )
    rates = (
        graded.group_by("grade")
        .agg(pl.col("is_hit", "probability_low", "probability_high").mean())
        .sort("grade")
    )
    is_held = pl.col("is_hit").is_between("probability_low", "probability_high")
    now = (
        prospects.predict(seen, model)
        .with_columns(soon=chance_from_now(truth, days))
        .filter(pl.col("outcome") == "open")
    )
    happened = graded["is_hit"].mean()
    return {
        "kind": kind, "seed": seed, "days": days,
        "n_open": (seen["outcome"] == "open").mean(),
        "truth": happened,
        "new": graded["close_probability"].mean() / happened - 1,
        "open": now["close_probability"].mean() / now["soon"].mean() - 1,
        "open=lost": naive["close_probability"].mean() / happened - 1,
        "closed only": plain(seen, fresh).mean() / happened - 1,
        "auc": measures.auc(graded["close_probability"].to_numpy(),
                            graded["is_hit"].cast(pl.Float64).to_numpy())[0],
        "falls": float(len(rates) == 4 and rates["is_hit"].is_sorted(descending=True)),
        "held": rates.select(is_held.mean()).item(),
        "misses": "".join(rates.filter(~is_held)["grade"].cast(pl.String)),
        "said": _how(model),
    }  # fmt: skip


def plain(seen: pl.DataFrame, fresh: pl.DataFrame) -> np.ndarray:
    """Return chances by a logistic regression on what closed, as a spreadsheet would have it."""

    def rows(leads: pl.DataFrame) -> pl.DataFrame:
        return leads.select("source", "size", "has_visited").to_dummies("source").cast(pl.Float64)

    closed = seen.filter(pl.col("outcome") != "open")
    fitted = LogisticRegression(max_iter=1000).fit(
        rows(closed).to_numpy(), closed["outcome"] == "won"
    )
    return fitted.predict_proba(rows(fresh).to_numpy())[:, 1]


def by_day(bank: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with days: a hundred a day."""
    start = dt.date(2008, 5, 1)
    return bank.with_columns(created_on=start + pl.duration(days=pl.int_range(pl.len()) // 100))


def by_month(bank: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with days by their month; a month before the last one's begins a year."""
    month = pl.col("month").replace_strict({name: n for n, name in enumerate(MONTHS, 1)})
    turned = bank.with_columns(month_no=month).with_columns(
        run=(pl.col("month_no") != pl.col("month_no").shift().fill_null(0)).cum_sum(),
        year=2008 + (pl.col("month_no") < pl.col("month_no").shift()).fill_null(False).cum_sum(),
    )
    place = pl.int_range(pl.len()).over("run") * 27 // pl.len().over("run") + 1
    return turned.with_columns(created_on=pl.date("year", "month_no", place)).drop(
        "month_no", "run", "year"
    )


def print_bank(path: str) -> None:
    """Print how good the chances of the phone campaign are, without the length of the call."""
    bank = pl.read_parquet(path)
    for name, dated in {"a hundred a day": by_day(bank), "by month": by_month(bank)}.items():
        known = dated.with_columns(
            prospect_id=pl.format("P{}", pl.int_range(pl.len())),
            outcome=pl.col("y").replace({"yes": "won", "no": "lost"}),
            closed_on=pl.col("created_on") + pl.duration(days=1),
        ).drop("y")
        as_of = known["closed_on"].max()
        began = time.perf_counter()
        model = prospects.fit(known, as_of, ProspectRules(known={"duration": "after closing"}))
        took = time.perf_counter() - began
        print(f"bank marketing, {name}: fitted in {took:.1f} s, {_how(model)}")
        print_quality(model)


def print_quality(model: prospects.Model) -> None:
    """Print what the rehearsal has shown."""
    known = model.quality
    if known.auc is None:
        print("  not judged", model.abstained)
        return
    print(f"  H {known.horizon_days}, judged {known.n_judged:,}: AUC in periods {known.auc:.3f} "
          f"({known.auc_low:.3f} to {known.auc_high:.3f}), over all {known.auc_overall:.3f}, "
          f"log loss {known.log_loss:.4f}, skill {known.brier_skill:.3f}, "
          f"calibration error {known.calibration_error:.4f}, slope {known.slope:.2f}")  # fmt: skip
    print(f"  base rate {known.base_rate:.3f} ({known.base_low:.3f} to {known.base_high:.3f}); "
          f"abstained: {model.abstained.code if model.abstained else 'no'}")  # fmt: skip
    print(known.by_period)
    print(known.by_grade)
    print("  left out:", dict(known.leaks.select("feature", "why").iter_rows()))


def print_crm(folder: str) -> None:
    """Print what is said of the fictitious opportunities."""
    table = pl.read_csv(Path(folder) / "sales_pipeline.csv", try_parse_dates=True)
    accounts = pl.read_csv(Path(folder) / "accounts.csv")
    known = table.filter(pl.col("engage_date").is_not_null()).select(
        prospect_id="opportunity_id",
        created_on="engage_date",
        outcome=pl.col("deal_stage").replace_strict({"Won": "won", "Lost": "lost"}, default="open"),
        closed_on="close_date",
        agent="sales_agent", product="product", account="account", close_value="close_value",
    ).join(accounts, on="account", how="left")  # fmt: skip
    model = prospects.fit(known, known["closed_on"].max(), RULES)
    print(f"CRM opportunities: {_how(model)}")
    print_quality(model)


def print_speed() -> None:
    """Print how long fit and grade take."""
    rng, n = np.random.default_rng(0), 100_000
    seen, _ = funnels.funnel(n, seed=1, days=1080)
    known = seen.with_columns(
        **{f"number_{i}": pl.Series(rng.normal(size=n)) for i in range(15)},
        **{f"word_{i}": pl.Series(rng.integers(0, 12, n)).cast(pl.String) + "x" for i in range(10)},
        **{
            f"city_{i}": pl.Series(rng.integers(0, 5000, n)).cast(pl.String) + "x" for i in range(2)
        },
    )
    model = timed("100,000 x 30 fitted", lambda: prospects.fit(known, funnels.AS_OF, RULES))
    timed(f"graded ({_how(model)})", lambda: prospects.predict(known, model))
    million = pl.concat([known] * 10).with_columns(
        prospect_id=pl.format("P{}", pl.int_range(pl.len()))
    )
    timed("1,000,000 graded with reasons", lambda: prospects.predict(million, model))


def timed(what: str, run: Callable[[], Any]) -> Any:
    """Print how long something took, on the clock and on the processors; return its result."""
    clock, worked = time.perf_counter(), time.process_time()
    result = run()
    print(f"{what}: {time.perf_counter() - clock:.1f} s, "
          f"{time.process_time() - worked:.1f} s of processors", flush=True)  # fmt: skip
    return result


def print_table(rows: list[dict[str, float]]) -> None:
    """Print rows and the largest miss of each number."""
    with pl.Config(tbl_rows=-1, tbl_cols=-1, float_precision=3, tbl_width_chars=250,
                   fmt_str_lengths=60):  # fmt: skip
        print(pl.DataFrame(rows))


def main() -> None:
    """Print what was asked for; all that needs no path unless something is named."""
    asked = sys.argv[1:] or ["sample", "funnels", "speed"]
    for word in asked:
        name, _, path = word.partition("=")
        if name == "sample":
            print_table([of_sample(seed) for seed in SAMPLE_SEEDS])
        elif name == "funnels":
            for kind in (path,) if path else (*KINDS, "cut off"):
                print_table([of_funnel(kind, seed) for seed in FUNNEL_SEEDS])
        elif name == "speed":
            print_speed()
        elif name == "bank":
            print_bank(path)
        elif name == "crm":
            print_crm(path)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
