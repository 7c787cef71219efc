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


def test_on_a_terminal_the_last_picture_holds_every_step():
    last = told(is_terminal=True).split("\x1b[2K")[-1]

    assert "✓ Read [the] data" in last
    assert "✗ Notebook 2" in last


def test_the_step_that_failed_first_is_known_until_another_one_begins():
    with progress.steps(Console(file=io.StringIO())) as steps:
        with pytest.raises(RunError), steps.step("Notebook 2", "2"), steps.step("Notebook 3", "3"):
            raise RunError("Cell 4 failed")
        assert steps.failed_at == "3"
        with steps.step("Read the data"):  # of another run
            assert steps.failed_at == ""
        with pytest.raises(RunError), steps.step("Publish"):
            raise RunError("The disk is full")
        assert steps.failed_at == "Publish"
