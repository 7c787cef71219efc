"""A line in a tile: gaps stay gaps, the ends are where they belong."""

import re

import pytest

from segment import sparkline


def points(drawn):
    way = re.search(r' d="([^"]*)"', drawn)[1]
    return [
        [tuple(map(float, point.split())) for point in piece.split("L")]
        for piece in way.split("M")[1:]
    ]


def test_the_lowest_lies_below_the_highest_and_the_last_point_is_marked():
    drawn = sparkline.drawn([1.0, 3.0, 2.0], "up & down")
    (line,) = points(drawn)

    assert line == [(4.0, 28.0), (80.0, 4.0), (156.0, 16.0)]
    assert 'cx="156.0" cy="16.0"' in drawn
    assert 'role="img" aria-label="up &amp; down"' in drawn


def test_an_unknown_month_is_a_gap_and_no_zero():
    drawn = sparkline.drawn([None, 1.0, None, 2.0, 3.0, None], "a")

    assert [len(piece) for piece in points(drawn)] == [1, 2]
    assert f'cx="{points(drawn)[-1][-1][0]}"' in drawn


def test_what_never_moved_is_a_flat_line_in_the_middle():
    assert {y for _, y in points(sparkline.drawn([5.0, 5.0, 5.0], "a"))[0]} == {16.0}


@pytest.mark.parametrize("values", [[], [1.0], [None, None], [None, 1.0, None]])
def test_of_fewer_than_two_months_there_is_no_line(values):
    assert sparkline.drawn(values, "a") == ""
