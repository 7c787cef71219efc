"""Deal state: who has bought, and who may."""

import polars as pl
import pytest

from segment import deals
from segment.errors import DataError

# b was seen with refunds only, and has never bought
CUSTOMERS = pl.DataFrame({"customer_id": ["a", "b", "c"], "frequency": [0, None, 4]})


def test_existing_is_who_has_bought_and_a_prospect_whose_deal_is_open():
    leads = pl.DataFrame(
        {"prospect_id": ["1", "2", "3", "4"], "outcome": ["open", "won", "lost", "open"]}
    )

    assert deals.count(CUSTOMERS, leads).rows() == [("existing", 2), ("prospect", 2)]


def test_without_a_table_of_prospects_their_number_is_not_known():
    assert deals.count(CUSTOMERS, None).rows() == [("existing", 2), ("prospect", None)]
    with pytest.raises(DataError, match="deals needs the column frequency"):
        deals.count(CUSTOMERS.drop("frequency"), None)
