"""Names in sentences, words that are names as well, and numbers that are figures as well."""

import polars as pl
import pytest

from segment.report import naming


@pytest.fixture
def known(tmp_path):
    """Look texts up among the names of a small company."""

    def made(*names: str) -> pl.Series:
        folder = tmp_path / "inputs"
        folder.mkdir(exist_ok=True)
        pl.DataFrame({"customer_id": names}).write_parquet(folder / "customers.parquet")
        return naming.of_data(folder)

    return made


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("North Oak Lodge", "Most is owed by North Oak Lodge, since May."),
        ("  North\tOak   Lodge ", "North Oak Lodge"),
        ("Rosen & Töchter", "(Rosen & Töchter)"),
        ("C00012", "C00012 has left."),
        ("C-0001", "See C-0001."),
        ("上海贸易公司", "欠款最多的是上海贸易公司。"),
        (
            "深圳市腾讯计算机系统有限公司",
            "深圳市腾讯计算机系统有限公司已流失",
        ),  # known by eight signs
        ("A b c d e f g h i j k", "It is A b c d e f g h."),
        ("=cmd|' /C calc'!A0", "one is =cmd|' /C calc'!A0"),
    ],
)
def test_a_name_of_several_words_is_found_in_a_sentence(known, name, sentence):
    assert list(naming.named(known(name), [sentence, "Nobody is named here."])) == [sentence]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Star", "A star is likely to grow; Star."),
        ("李娜", "李娜娜已流失"),
        ("K17", "Row K17"),
        ("12346", "12346 rows"),
        ("North Oak", "Northern Oaks"),
        ("C00012", "C000123"),
    ],
)
def test_a_word_or_a_number_is_no_name_in_a_sentence(known, name, sentence):
    assert naming.named(known(name), [sentence]) == {}


def test_a_single_word_is_a_name_where_it_stands_alone(known):
    assert naming.named(known("Star", "李娜"), ["Star ", "（李娜）", "Stars"]) == {
        "Star ": ["Star"], "（李娜）": ["李娜"],
    }  # fmt: skip


def test_a_number_is_an_identifier_in_a_column_of_people_alone(known):
    names = known("12346", "7", "K17", "C00012")

    assert naming.named(names, ["12346", "K17"]) == {}
    assert naming.listed(names, ["12346", "K17", "12347", "C00012"]) == {
        "12346": ["12346"], "K17": ["K17"],
    }  # fmt: skip


def test_prospects_are_known_by_their_identifier_and_by_texts_that_each_has_for_itself(tmp_path):
    n = naming.FEWEST_OWN_TEXTS
    rows = pl.DataFrame(
        {
            "prospect_id": [f"P{place:05}" for place in range(n)],
            "contact": [f"Contact person {place}" for place in range(n)],
            "source": ["trade fair", "web site"] * (n // 2),
            "outcome": ["open"] * n,
        }
    )
    rows.write_parquet(tmp_path / "prospects.parquet")
    names = set(naming.of_data(tmp_path))

    assert {"P00000", "Contact person 0"} <= names
    assert not names & {"trade fair", "open"}
    rows.head(n - 1).write_parquet(tmp_path / "prospects.parquet")  # too few to tell
    assert "Contact person 0" not in set(naming.of_data(tmp_path))


def test_what_pages_say_in_any_case_is_public(tmp_path):
    pl.DataFrame({"product_id": ["P1"], "name": ["Oak table"], "family": ["Tables"]}).write_parquet(
        tmp_path / "products.parquet"
    )
    pl.DataFrame({"staff_id": ["S1"], "name": ["Ada Kaya"]}).write_parquet(
        tmp_path / "staff.parquet"
    )

    assert {"Oak table", "Tables", "Ada Kaya", "Customer", "客户"} <= set(naming.public(tmp_path))
