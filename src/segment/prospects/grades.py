"""What a grade stands on: the chance of closing, the expected value, or the team's hours.

Each way keeps its meaning from month to month: floors are floors, and a week is a week. Quarters of
the list would not: the best of a poor month would be called A.
"""

from dataclasses import dataclass
from typing import Literal

from segment import checks
from segment.errors import ConfigError

By = Literal["probability", "expected_value", "capacity"]
Order = Literal["probability", "expected_value"]
# What each way, or order, goes by.
COLUMNS = {"probability": "close_probability", "expected_value": "expected_value"}
# By when A, B and C are worked: this week, the next one, within four.
WEEKS = (1, 2, 4)


@dataclass(frozen=True, kw_only=True)
class GradeRules:
    """The lines between the grades; exactly on a floor earns the better one, D has no floor.

    `a_floor` to `c_floor` are chances, `a_value_floor` to `c_value_floor` money, and by capacity A
    fits into the hours of this week, B of the next, C of the fourth from now. The value of a
    prospect that is won is `value_share` of `value_column`, a field known at creation; else the
    mean of new customers alike in the columns `alike`; else `usual_value`.
    """

    grade_by: By = "probability"
    a_floor: float = 0.50
    b_floor: float = 0.30
    c_floor: float = 0.15
    a_value_floor: float = 200.0
    b_value_floor: float = 100.0
    c_value_floor: float = 25.0
    value_column: str = ""
    value_share: float = 1.0
    alike: tuple[str, ...] = ("region", "industry")
    # Who came within so long stands for what a prospect becomes.
    newcomer_days: int = 730
    usual_value: float | None = None
    pursuit_cost: float = 0.0
    order_by: Order = "probability"
    minutes_per_lead: float = 60.0
    prospect_time_share: float = 0.20
    roles: tuple[str, ...] = ()
    # Without some of the low grades worked a model only ever learns from the top.
    learning_share: float = 0.05

    def __post_init__(self) -> None:
        checks.one_of(self, "grade_by", (*COLUMNS, "capacity"))
        checks.one_of(self, "order_by", tuple(COLUMNS))
        for name in ("a_floor", "b_floor", "c_floor", "prospect_time_share", "learning_share"):
            checks.share(self, name)
        if not 1 > self.a_floor > self.b_floor > self.c_floor > 0:
            raise ConfigError(
                f"The floors are {self.a_floor}, {self.b_floor}, {self.c_floor}; they must fall "
                "from a_floor to c_floor and lie between 0 and 1, both left out."
            )
        if not all(map(checks.is_number, self.value_floors)) or not (
            self.a_value_floor > self.b_value_floor > self.c_value_floor
        ):
            raise ConfigError(
                f"The floors of the expected value are {', '.join(map(str, self.value_floors))}; "
                "they are money and must fall from a_value_floor to c_value_floor."
            )
        for name in ("value_share", "minutes_per_lead"):
            checks.above(self, name, 0)
        checks.whole(self, "newcomer_days", least=1)
        for name in ("alike", "roles"):
            checks.names(self, name, least=0)
        for name in ("pursuit_cost", "usual_value"):
            value = getattr(self, name)
            if value is not None and not (checks.is_number(value) and value >= 0):
                raise ConfigError(f"{name} is {value!r}; it is money, 0 or more.")

    @property
    def floors(self) -> tuple[float, float, float]:
        """The floors of A, B and C where the chance decides."""
        return (self.a_floor, self.b_floor, self.c_floor)

    @property
    def value_floors(self) -> tuple[float, float, float]:
        """The floors of A, B and C where the expected value decides."""
        return (self.a_value_floor, self.b_value_floor, self.c_value_floor)

    @property
    def goes_by(self) -> str:
        """The column that the grades, or by capacity the order, go by."""
        return COLUMNS[self.order_by if self.grade_by == "capacity" else self.grade_by]
