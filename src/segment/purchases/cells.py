"""Many customers into a bounded number of weighted histories, so that a fit need not grow.

Histories that coincide are counted; where they are too many they fall into cells of a grid in the
number of purchases, the age and the idle time. The grid is in logarithms, finer near zero and where
customers are many, because there the likelihood bends. A cell is stood for by four points that keep
its mean and its spread (two-point Gauss rules along age and idle time): the error falls with the
fourth power of the cell's width, and with the second if only the mean were kept.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from segment.purchases.model import Floats

EXACT_CELLS = 30_000  # as many distinct histories are kept as they are
SAMPLE = 60_000  # rows that tell whether histories repeat, and where customers are many
GRID_CELLS = 10_000  # cells wanted on the grid; parameters then move by less than 0.5%
MOST_APART = 5_000  # of the cells are stood for by four points, those whose spread matters
IDLESS_CELLS = 500  # for customers without a repeat purchase only the age varies
LEVELS = 512  # fine steps of a coordinate, from which the cells' edges are chosen
SMOOTHING = np.full(9, 1 / 9)  # levels over which the sampled density is averaged
EVEN_SHARE = 0.02  # of a coordinate's cells are spread evenly, where the sample saw nobody
SINGLE_COUNTS = 32  # up to so many purchases each count is a group of its own
INTERVAL_SHARE = 0.05  # the logarithms bend at this share of the mean time between purchases
FAR_OUT = 0.3  # how much the age still matters where it is long, relative to near zero
ROWS_A_CHUNK = 65_536  # what is computed of so many rows stays in the processor's cache
IDLE_SHARPNESS = 2.0  # idle times count in typical intervals of the customer, bent at half of one

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Histories:
    """Repeat purchases, recency and age, each with the number of customers it stands for."""

    x: Floats
    t_x: Floats
    T: Floats
    weight: Floats

    @property
    def n_customers(self) -> float:
        """The customers that all histories together stand for."""
        return float(self.weight.sum())


@dataclass(frozen=True)
class Counts:
    """The distinct purchase counts of some histories, and where each history has its own."""

    x: Floats
    at: Ints
    weight: Floats


def counts_of(histories: Histories) -> Counts:
    """Return the distinct counts, on which the gamma functions depend alone."""
    x, at = np.unique(histories.x, return_inverse=True)
    weight = np.bincount(at, histories.weight).astype(float)
    return Counts(x, at.astype(np.int64), weight)


def cells(x: Floats, t_x: Floats, T: Floats) -> Histories:
    """Return histories that fit like all customers: at most a few ten thousand of them.

    x are whole numbers in `x`, and may lie between them in the result; every T is above 0. The
    sums of x, t_x and T over customers are kept.
    """
    some = slice(None, None, max(1, len(x) // SAMPLE))
    sample = pl.DataFrame({"x": x[some], "t_x": t_x[some], "T": T[some]})
    if len(x) <= EXACT_CELLS or sample.n_unique() <= EXACT_CELLS // 2:
        frame = pl.DataFrame({"x": x, "t_x": t_x, "T": T})
        distinct = frame.group_by("x", "t_x", "T").len().sort("x", "t_x", "T")
        if distinct.height <= EXACT_CELLS:
            return Histories(*(distinct[name].cast(float).to_numpy() for name in distinct.columns))
    grid = _Grid(x, T)
    grid.cut(x[some], t_x[some], T[some])
    return _spread(_sums(grid, x, t_x, T), grid.bend)


class _Grid:
    """The cells: groups of counts, each cut into steps of log age and of log idle time."""

    def __init__(self, x: Floats, T: Floats) -> None:
        self.bend = float(INTERVAL_SHARE * T.sum() / x.sum())
        self.group = _count_groups(int(x.max()))
        longest = np.log1p(T.max() / self.bend)
        self.age_steps = (LEVELS - 1) / longest
        self.idle_steps = (LEVELS - 1) / np.log1p(IDLE_SHARPNESS * (1 + x.max()) * longest)
        self.n_cells = 0

    def levels(self, x: Floats, t_x: Floats, T: Floats) -> tuple[Ints, Ints, Ints]:
        """Return the group of each count and the fine steps of log age and of log idle time."""
        age = np.log1p(T / self.bend)
        idle = np.log1p(IDLE_SHARPNESS * (1 + x) * (age - np.log1p(t_x / self.bend)))
        steps = (age * self.age_steps).astype(np.int64), (idle * self.idle_steps).astype(np.int64)
        return self.group[x.astype(np.int64)], *steps

    def cut(self, x: Floats, t_x: Floats, T: Floats) -> None:
        """Choose the cells' edges by where a sample of customers lies and the likelihood bends.

        It bends with the purchases, and in the age most where that is near zero.
        """
        group, age, idle = self.levels(x, t_x, T)
        bending = (1 + x) * (FAR_OUT + self.bend / (self.bend + T))
        n_age, n_idle = self._sizes(group, x)
        first = np.cumsum(n_age * n_idle) - n_age * n_idle
        age_bin = (self._shares(group, age, bending) * n_age[:, None]).astype(np.int64)
        idle_bin = (self._shares(group, idle, 1 + x) * n_idle[:, None]).astype(np.int64)
        self.by_age = (age_bin * n_idle[:, None] + first[:, None]).ravel()
        self.by_idle = idle_bin.ravel()
        self.n_cells = int((n_age * n_idle).sum())

    def cell(self, x: Floats, t_x: Floats, T: Floats) -> Ints:
        """Return the number of the cell that each customer falls into."""
        group, age, idle = self.levels(x, t_x, T)
        row = group * LEVELS
        return np.asarray(self.by_age[row + age] + self.by_idle[row + idle])

    def _shares(self, group: Ints, level: Ints, importance: Floats) -> Floats:
        """Return, for each group and level, the share of the group's cells that lie before it.

        Cells are as dense as the square root of customers times importance: what keeps the summed
        error least in two dimensions.
        """
        shape = (int(self.group[-1]) + 1, LEVELS)
        density = np.bincount(group * LEVELS + level, importance, shape[0] * LEVELS).reshape(shape)
        root = np.sqrt([np.convolve(row, SMOOTHING, "same") for row in density])
        root += EVEN_SHARE * root.mean(axis=1, keepdims=True) + np.finfo(float).tiny
        before = np.cumsum(root, axis=1)
        return np.asarray((before - root) / before[:, -1:])

    def _sizes(self, group: Ints, x: Floats) -> tuple[Ints, Ints]:
        """Return how many steps of age and of idle time each group of counts is cut into."""
        importance = np.sqrt(np.bincount(group, 1 + x, int(self.group[-1]) + 1))
        importance[0] = 0.0
        wanted = GRID_CELLS * importance / max(float(importance.sum()), 1.0)
        n_age = np.maximum(1, np.sqrt(wanted)).astype(np.int64)
        n_idle = np.maximum(1, wanted / n_age).astype(np.int64)
        n_age[0], n_idle[0] = IDLESS_CELLS, 1
        return n_age, n_idle


def _count_groups(most: int) -> Ints:
    """Return the group of each purchase count: single ones, then wider as their square root."""
    count = np.arange(most + 1)
    wide = SINGLE_COUNTS + 2 * (np.sqrt(np.maximum(count, SINGLE_COUNTS)) - np.sqrt(SINGLE_COUNTS))
    steps = np.where(count < SINGLE_COUNTS, count, np.floor(wide)).astype(np.int64)
    return np.unique(steps, return_inverse=True)[1].astype(np.int64)


def _sums(grid: _Grid, x: Floats, t_x: Floats, T: Floats) -> Floats:
    """Return, for each cell in use, its customers, and sums and squares of what tells them."""
    total = np.zeros((7, grid.n_cells))
    for start in range(0, len(x), ROWS_A_CHUNK):
        part = slice(start, start + ROWS_A_CHUNK)
        cell, age = grid.cell(x[part], t_x[part], T[part]), T[part]
        idle = age - t_x[part]
        total[0] += np.bincount(cell, minlength=grid.n_cells)
        for row, values in enumerate((x[part], age, idle, age * age, age * idle, idle * idle), 1):
            total[row] += np.bincount(cell, values, grid.n_cells)
    return total[:, total[0] > 0]


def _spread(sums: Floats, bend: float) -> Histories:
    """Replace each cell by four points of equal weight with its mean and its spread.

    The mean stands where they would lie outside what is possible, where one customer is alone, and
    where the spread matters least, so that the points remain few.
    """
    n = sums[0]
    x, age, idle, age_age, age_idle, idle_idle = sums[1:] / n
    age_sd = np.sqrt(np.maximum(age_age - age**2, 0.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        along = np.where(age_sd > 0, (age_idle - age * idle) / age_sd, 0.0)
    across = np.sqrt(np.maximum(idle_idle - idle**2 - along**2, 0.0))
    ages = np.array([age + i * age_sd for i in (-1, -1, 1, 1)])
    idles = np.array([idle + i * along + j * across for i in (-1, 1) for j in (-1, 1)])
    possible = ((ages > 0) & (idles >= 0) & (idles <= ages)).all(axis=0)
    spread = age_sd**2 + (1 + x) * (along**2 + across**2)
    matters = np.where(possible & (n > 1), n * (1 + x) * spread / (bend + age) ** 2, 0.0)
    apart = matters > max(0.0, np.sort(matters)[-min(len(n), MOST_APART)])
    counts = np.concatenate([x[~apart], np.tile(x[apart], 4)])
    weight = np.concatenate([n[~apart], np.tile(n[apart] / 4, 4)])
    T = np.concatenate([age[~apart], ages[:, apart].ravel()])
    t_x = T - np.concatenate([idle[~apart], idles[:, apart].ravel()])
    return Histories(counts, np.where(counts > 0, np.maximum(t_x, 0.0), 0.0), T, weight)
