"""Codes in place of names: one a customer, the same every month, none without the key."""

import re

import polars as pl
import pytest

from segment import privacy
from segment.errors import ConfigError
from segment.privacy import PrivacyRules

KEY, OTHER = bytes(32), bytes(31) + b"\x01"


def test_a_code_reads_well_and_no_spreadsheet_takes_it_for_a_number_or_a_formula():
    codes = [privacy.code(f"C{place}", KEY) for place in range(2000)]

    assert all(re.fullmatch(r"[b-z][2-9b-z]{2}(\.[2-9b-z]{3}){2}", one) for one in codes)
    assert not set("".join(codes)) & set("01aeilou")  # looks like another sign, or makes words
    assert len(set(codes)) == len(codes)


def test_the_same_key_gives_the_same_code_and_another_key_another():
    assert privacy.code("C1", KEY) == privacy.code("C1", KEY)
    assert privacy.code("C1", KEY) != privacy.code("C1", OTHER)
    assert privacy.code("C1", KEY) != privacy.code("C2", KEY)


def test_who_is_unknown_has_no_code():
    ids = pl.Series("customer_id", ["b", None, "a", "b"])
    codes = privacy.coded(ids, KEY)

    assert codes.to_list() == [privacy.code(one, KEY) if one else None for one in ids]
    assert privacy.coded(ids.clear(), KEY).is_empty()


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ({"on_pages": "maskd"}, "on_pages is 'maskd'; it is one of masked, full .did you mean"),
        ({"in_lists": "some"}, "in_lists is 'some'"),
        ({"allowed": ("a@b.example", "a@b.example")}, "each of them once"),
        ({"allowed": ("@b",)}, "allowed holds '@b', which would let almost anything pass"),
    ],
)
def test_rules_that_cannot_mean_what_they_say_are_refused(rules, said):
    with pytest.raises(ConfigError, match=said):
        PrivacyRules(**rules)
