import pytest

from segment.errors import RunError
from segment.report import gate
from segment.workspace import FINISHED_MIME
from toys import code, displayed, notebook, sentinel, text


def failed(name="ValueError", value="no such column"):
    return {"output_type": "error", "ename": name, "evalue": value, "traceback": []}


def last(**options):
    return code("workspace.finished(run)", outputs=[sentinel()], **options)


def test_a_whole_notebook_passes():
    whole = notebook(text("# T"), code("1", count=1), code("  "), last(count=2))

    assert gate.check(whole, "n") == gate.Verdict(name="n", n_code_cells=2)


def test_the_sentinel_is_the_one_that_notebooks_show():
    assert FINISHED_MIME in sentinel()["data"]


def test_a_failed_cell_is_named_with_its_first_lines_and_its_error():
    cell = code(
        "a = 1\n\nb = 2\nc = 3\nd = 4", count=2, outputs=[failed(value="\x1b[31mno b\x1b[0m\nplan")]
    )
    broken = notebook(text("# T"), code("1", count=1), cell, last(count=None))

    with pytest.raises(RunError) as caught:
        gate.check(broken, "2-x")

    assert str(caught.value) == (
        "Cell 2 of 2-x failed.\n    a = 1\n    b = 2\n    c = 3\n    …\nValueError: no b"
    )


def test_an_error_without_words_is_named_by_its_type():
    with pytest.raises(RunError, match=r"\nKeyboardInterrupt$"):
        gate.check(notebook(code("1", count=1, outputs=[failed("KeyboardInterrupt", "")])), "n")


def test_a_cell_that_did_not_run_stops_the_run():  # so ends a kernel that was killed
    with pytest.raises(RunError, match="n did not get past cell 2"):
        gate.check(notebook(code("1", count=1), code("2"), last()), "n")


def test_a_notebook_whose_last_cell_does_not_say_so_is_not_whole():
    with pytest.raises(RunError, match="does not say so"):
        gate.check(notebook(last(count=1), code("more", count=2)), "n")


def test_text_in_the_last_output_is_no_sentinel():
    output = displayed(text_plain=FINISHED_MIME)

    with pytest.raises(RunError, match="does not say so"):
        gate.check(notebook(code("1", count=1, outputs=[output])), "n")


def test_a_notebook_without_code_reports_nothing():
    with pytest.raises(RunError, match="no code"):
        gate.check(notebook(text("# T"), code(" ")), "n")


def test_the_cell_that_was_under_way_is_the_last_that_papermill_began():
    def begun(cell, at):  # a killed notebook: every cell "completed", the count already set
        cell["metadata"]["papermill"] = {"status": "completed", "start_time": at}
        return cell

    stopped = notebook(
        begun(code("a", count=1), "12:00"),
        begun(code("b", count=2), "12:01"),
        begun(code("c"), None),
    )

    assert gate.reached(stopped) == "It was at cell 2 of 3:\n    b"


def test_a_notebook_stopped_before_its_first_cell_was_nowhere():
    assert gate.reached(notebook(code("a"))) == ""
