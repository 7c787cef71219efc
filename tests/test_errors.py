import pytest

from segment.errors import ConfigError, DataError, RunError, SegmentError, listed, nearest


def test_what_the_user_can_mend_ends_with_1_and_a_run_that_broke_off_with_3():
    assert [kind.exit_status for kind in (SegmentError, ConfigError, DataError)] == [1, 1, 1]
    assert RunError.exit_status == 3
    assert all(issubclass(kind, SegmentError) for kind in (ConfigError, DataError, RunError))


def test_the_nearest_name_is_offered_as_it_is_spelled_there():
    assert "'Customer_ID'" in nearest("costumer_id", ["amount", "Customer_ID"])


def test_capitals_do_not_hide_the_nearest_name():
    assert "'T'" in nearest("t", ["T", "amount"])


def test_a_word_like_no_other_gets_no_hint():
    assert nearest("zzz", ["amount", "date"]) == ""
    assert nearest("date", []) == ""


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a, b"),  # exactly as many as are shown
        (["a", "b", "c"], "a, b and 1 more"),
    ],
)
def test_a_long_list_ends_in_a_count(names, said):
    assert listed(iter(names), most=2) == said
