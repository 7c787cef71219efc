import io

import pytest
from rich.console import Console

from segment.errors import RunError
from segment.report import progress


def told(*, is_terminal):
    said = io.StringIO()
    console = Console(file=said, force_terminal=is_terminal, color_system=None, width=80)
    with (
        pytest.raises(RunError, match="Cell 4 failed"),
        progress.steps(console) as steps,
    ):
        with steps.step("Read [the] data"):
            pass
        with steps.step("Notebook 2"):
            raise RunError("Cell 4 failed")
    return said.getvalue()


def test_into_a_file_goes_one_plain_line_a_step_that_says_how_it_ended():
    first, second = told(is_terminal=False).splitlines()

    assert first.startswith("✓ Read [the] data (0.")
    assert second.startswith("✗ Notebook 2 (0.")


def test_on_a_terminal_a_step_that_has_ended_stays_as_a_line_of_its_own():
    lines = [line.split("\x1b[2K")[-1] for line in told(is_terminal=True).splitlines()]

    assert [line[:12] for line in lines if line.startswith(("✓", "✗"))] == [
        "✓ Read [the]", "✗ Notebook 2",
    ]  # fmt: skip


def test_the_step_that_failed_first_is_known_though_others_end_after_it():
    with progress.steps(Console(file=io.StringIO())) as steps:
        with pytest.raises(RunError), steps.step("Notebook 2", "2"), steps.step("Notebook 3", "3"):
            raise RunError("Cell 4 failed")
        with steps.step("Write it down"):
            pass

    assert steps.failed_at == "3"


def test_months_under_way_at_a_time_are_told_apart():
    said = io.StringIO()
    with progress.steps(Console(file=said, width=80)) as steps:
        due, ahead = steps.of("2026-09"), steps.of("2026-10")
        with pytest.raises(RunError), ahead.step("Notebook 2"), due.step("Publish"):
            ahead.leave()
            raise RunError("The disk is full")

    first, second = said.getvalue().splitlines()
    assert first.startswith("✗ 2026-09  Publish (0.")
    assert second.startswith("– 2026-10  Notebook 2 (0.")
    assert (steps.failed_at, due.failed_at) == ("", "Publish")
