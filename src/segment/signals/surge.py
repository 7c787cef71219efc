"""A surge: more events lately than this customer's own year before would bring by chance.

A customer's rate is drawn towards everybody's as if `PRIOR` events at that rate had been seen, so
that a first event of who never had one is judged by how common it is elsewhere.
"""

import polars as pl

from segment.signals import chance

PRIOR = 1.0  # events: rates differ between customers about as an exponential does


def against(frame: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Return the usual number of events in the window, and the chance of as many as were seen.

    `frame` has n_lately and n_before (events) and at_risk_lately and at_risk_before (days,
    purchases or invoices that could have brought one).
    """
    whole = pl.sum_horizontal("n_before", "n_lately"), pl.sum_horizontal("^at_risk_.*$")
    n_all, at_risk = (float(frame.select(part.sum()).item()) for part in whole)
    common = n_all / at_risk if at_risk > 0 else 0.0
    if not common:
        none = pl.Series([0.0] * frame.height, dtype=pl.Float64)
        return none, none + 1.0
    evidence = pl.col("n_before") + PRIOR
    told = frame.select(
        evidence=evidence,
        usual=evidence / (pl.col("at_risk_before") + PRIOR / common) * pl.col("at_risk_lately"),
    )
    chances = chance.at_least(
        frame["n_lately"].to_numpy(), told["usual"].to_numpy(), told["evidence"].to_numpy()
    )
    return told["usual"], pl.Series(chances)
