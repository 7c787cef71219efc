"""Look-alike groups: customers who buy alike in many ways, each group known by its own name.

Customers are laid beside each other by how they buy: how often, how much, how evenly, what, when,
what they send back (`behaviour`). The groups are clusters of them (`clusters` says how many there
are), looked for from where they lay last month: a group keeps its name while its centre stays
near, and a customer keeps the group until another is nearer by a margin.
"""

import math
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from segment import behaviour, checks, clusters, cuts
from segment.errors import ConfigError, listed, nearest
from segment.schema import require
from segment.text import as_written, number, phrase, share_as_written, word

LABEL = "lookalike_group"
LABELS = tuple(f"G{number:02}" for number in range(1, 37))
MOST_GROUPS = len(LABELS) // 2  # so that a group which is new finds a name that none had
CENTRES = {"code": pl.String, "centre": pl.Float64} | behaviour.SCALE


def _weights() -> dict[str, float]:
    return {
        "rate": 1.0, "spend": 1.0, "basket": 1.0, "families": 1.0, "season": 0.3, "rhythm": 0.3,
        "returns": 0.3, "reorders": 0.3, "web": 0.3,
    }  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class LookalikeRules:
    """How many groups there may be, what makes customers alike, and how long a label lasts.

    A group holds `fewest_customers` on average, or there are fewer groups. The clusters of one
    half of the customers must be those of the other, with an agreement of `least_stability`
    (adjusted Rand index, 1 at best). `weights` says how much each block of behaviours counts; one
    left out does not count. `margin` is the share by which another centre must be nearer.
    """

    least_groups: int = 4
    most_groups: int = 8
    fewest_customers: int = 50
    least_stability: float = 0.70
    margin: float = 0.20
    weights: dict[str, float] = field(default_factory=_weights)
    seed: int = 2026

    def __post_init__(self) -> None:
        for name in ("least_groups", "most_groups", "fewest_customers"):
            checks.whole(self, name, least=1)
        checks.share(self, "least_stability")
        checks.share(self, "margin")
        checks.whole(self, "seed", least=0)
        if not self.least_groups <= self.most_groups <= MOST_GROUPS:
            raise ConfigError(
                f"most_groups is {self.most_groups}; it lies from least_groups, "
                f"{self.least_groups}, to {MOST_GROUPS}."
            )
        _check_weights(self.weights)


def _check_weights(weights: dict[str, float]) -> None:
    known = list(behaviour.BLOCKS)
    given = weights if isinstance(weights, dict) else {}
    wrong = [name for name in given if name not in known]
    good = all(checks.is_number(value) and value > 0 for value in given.values())
    if wrong or not given or not good:
        raise ConfigError(
            f"weights is {weights!r}; it names blocks of behaviours, each with a number above 0"
            f"{nearest(str(wrong[0]), known) if wrong else ''}. The blocks are "
            f"{listed(known, 12)}."
        )


def needs(rules: LookalikeRules) -> tuple[str, ...]:
    """Return the columns that `assign` reads; it reads other behaviours where they are there."""
    return behaviour.ALWAYS


def assign(
    customers: pl.DataFrame,
    rules: LookalikeRules,
    before: pl.DataFrame | None = None,
    centres: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Add the group whose centre is nearest, and last `lookalike_group`, to one row a customer.

    `before` is last month's frame: its customers keep their group unless another centre is nearer
    by the margin. `centres` are where the groups lie (see `centres`), else they are found here. A
    customer of whom a needed behaviour is unknown, such as one of little history, has no group.

    Raises:
        DataError: `customers` lacks a column, or one holds no numbers; or `centres` is no such.
    """
    cuts.require_numbers(customers, needs(rules), by="lookalike")
    where = _centres(customers, rules, None, None) if centres is None else centres
    require(where, CENTRES, by="lookalike")
    codes = where["code"].unique(maintain_order=True)
    known, is_known = _known(customers)
    last = cuts.last_month(customers, before, LABEL, LABELS)
    nothing = pl.repeat(None, customers.height, dtype=pl.UInt32, eager=True)
    if known.is_empty() or codes.is_empty():
        by_line = place = cuts.named(nothing, LABELS)
    else:
        far = clusters.distances(behaviour.points(known, _scale(where)), _points(where))
        first = far.argmin(axis=1)
        held = first if last is None else _held(far, codes, last.place.filter(is_known), rules)
        rows = is_known.arg_true()
        by_line, place = (
            cuts.named(nothing.scatter(rows, _numbers(codes)[at].astype(np.uint32)), LABELS)
            for at in (first, held)
        )
    return customers.with_columns(**{f"{LABEL}_by_line": by_line, LABEL: place})


def tries(
    customers: pl.DataFrame, rules: LookalikeRules, before: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return each number of groups that was weighed: n_groups, stability, silhouette, is_chosen.

    `before` are last month's centres, whose number stays while no other is clearly better. Where
    there are too few customers to tell groups apart, there is one group, without figures.

    Raises:
        DataError: As `assign`.
    """
    cuts.require_numbers(customers, needs(rules), by="lookalike")
    known, _ = _known(customers)
    most = min(rules.most_groups, known.height // rules.fewest_customers)
    if most > 1:
        numbers = range(max(2, min(rules.least_groups, most)), most + 1)
        known = _mixed(known, rules)
        points = behaviour.points(known, behaviour.scale(known, rules.weights))
        tried = clusters.tries(points, numbers, rules.seed)
        n_before = None if before is None else before["code"].n_unique()
        chosen = clusters.choose(tried, rules.least_stability, n_before)
    else:
        tried, chosen = [clusters.Try(1, math.nan, math.nan)], 1
    schema = {"n_groups": pl.Int64, "stability": pl.Float64, "silhouette": pl.Float64}
    rows = [(one.n, one.stability, one.silhouette) for one in tried]
    return pl.DataFrame(rows, schema=schema, orient="row").select(
        "n_groups",
        pl.col("stability", "silhouette").fill_nan(None),
        is_chosen=pl.col("n_groups") == chosen,
    )


def centres(
    customers: pl.DataFrame,
    rules: LookalikeRules,
    before: pl.DataFrame | None = None,
    tried: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Return where the groups lie: code, centre, behaviour, middle, spread, weight.

    A row is one behaviour of one group, on the scale it is compared on. Published, the table is
    next month's `before`: a group whose centre is still near keeps its name, a new one gets the
    next name. `tried` is what `tries` returned, where it has been asked already.

    Raises:
        DataError: As `assign`; or `before` is no such table.
    """
    cuts.require_numbers(customers, needs(rules), by="lookalike")
    if before is not None:
        require(before, CENTRES, by="lookalike")
    return _centres(customers, rules, before, tried)


def _centres(
    customers: pl.DataFrame,
    rules: LookalikeRules,
    before: pl.DataFrame | None,
    tried: pl.DataFrame | None,
) -> pl.DataFrame:
    known, _ = _known(customers)
    if known.is_empty():
        return pl.DataFrame(schema=CENTRES)
    tried = tries(customers, rules, before) if tried is None else tried
    n_groups = int(tried.filter("is_chosen")["n_groups"].item())
    known = _mixed(known, rules)
    scale = behaviour.scale(known, rules.weights)
    was = None if before is None or before.is_empty() else _moved(before, scale)
    start = None if was is None else was[1]
    points = behaviour.points(known, scale)
    found = clusters.fit(points, n_groups, rules.seed, start)
    names = clusters.names(found, was, LABELS)
    one = pl.concat(
        scale.with_columns(code=pl.lit(name), centre=pl.Series(centre))
        for name, centre in sorted(zip(names, found, strict=True), key=lambda pair: pair[0])
    )
    back = pl.col("centre") / pl.col("weight") * pl.col("spread") + pl.col("middle")
    return one.with_columns(centre=back).select(*CENTRES)


def _known(customers: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """Return the behaviours of who has all that are needed, and who that is."""
    compared = behaviour.compared(customers)
    is_known = compared.select(pl.all_horizontal(pl.col(behaviour.ALWAYS).is_not_null()))
    return compared.filter(is_known.to_series()), is_known.to_series()


def _mixed(known: pl.DataFrame, rules: LookalikeRules) -> pl.DataFrame:
    """Return the rows in an order of their own, so that samples and sums do not hang on theirs."""
    return known[known.hash_rows(rules.seed).arg_sort()]


def _scale(where: pl.DataFrame) -> pl.DataFrame:
    return where.select(*behaviour.SCALE).unique(maintain_order=True)


def _points(where: pl.DataFrame) -> clusters.Points:
    """Return the centres as points, on their own scale."""
    at = (pl.col("centre") - pl.col("middle")) / pl.col("spread") * pl.col("weight")
    return where.select(at).to_series().to_numpy().reshape(where["code"].n_unique(), -1)


def _moved(before: pl.DataFrame, scale: pl.DataFrame) -> tuple[list[str], clusters.Points]:
    """Return last month's centres on this month's scale; a behaviour that is new is like most."""
    codes = before["code"].unique(maintain_order=True)
    wide = before.pivot(on="behaviour", index="code", values="centre", maintain_order=True)
    return codes.to_list(), behaviour.points(wide.drop("code"), scale)


def _numbers(codes: pl.Series) -> npt.NDArray[np.intp]:
    return np.array([LABELS.index(code) for code in codes])


def _held(
    far: clusters.Points, codes: pl.Series, was: pl.Series, rules: LookalikeRules
) -> clusters.Labels:
    """Return the place of each customer's group: last month's unless another is nearer enough."""
    first = far.argmin(axis=1)
    places = np.full(len(LABELS), -1)
    places[_numbers(codes)] = np.arange(len(codes))
    old = np.where(was.is_null().to_numpy(), -1, places[was.fill_null(0).to_numpy()])
    rows = np.arange(len(far))
    is_near = far[rows, old] * (1 - rules.margin) <= far[rows, first]
    return np.where((old >= 0) & is_near, old, first)


def describe(rules: LookalikeRules, language: str = "en") -> str:
    """Say the rule in one line, with its numbers.

    Raises:
        ConfigError: There is no such language.
    """
    joint = phrase("scheme.and_then", language)
    return phrase(
        "scheme.lookalike.rule",
        language,
        blocks=joint.join(word("scheme.behaviour", name, language) for name in rules.weights),
        least=as_written(rules.least_groups, language),
        most=as_written(rules.most_groups, language),
        fewest=as_written(rules.fewest_customers, language),
        stability=as_written(rules.least_stability, language),
        margin=share_as_written(rules.margin, language),
    )


def firmness(tried: pl.DataFrame, rules: LookalikeRules, language: str = "en") -> str:
    """Say how far the groups are kinds of customers, or shade into each other; see `tries`.

    Raises:
        DataError: `tried` is not what `tries` returned.
        ConfigError: There is no such language.
    """
    require(tried, ["stability", "is_chosen"], by="lookalike.firmness")
    (stability,) = tried.filter("is_chosen")["stability"]
    if stability is None:
        return phrase("scheme.lookalike.alone", language)
    key = "firm" if stability >= rules.least_stability else "soft"
    said = number(stability, language, decimals=2)
    return phrase(f"scheme.lookalike.{key}", language, stability=said)
