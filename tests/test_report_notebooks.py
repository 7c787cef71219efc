import json

import pytest

from segment.errors import ConfigError
from segment.report import notebooks
from toys import code, displayed, five, notebook


def test_every_notebook_stands_in_one_stage():
    assert list(notebooks.NAMES) == sorted(set(notebooks.NAMES))
    assert notebooks.FRONT in notebooks.NAMES


def test_the_given_folder_wins_then_the_one_beside_the_config_then_here(tmp_path):
    given, beside, here = (
        five(tmp_path / name / "notebooks") for name in ("given", "beside", "here")
    )
    config = beside.parent / "segment.toml"

    assert notebooks.find(given, config, here.parent) == given
    assert notebooks.find(None, config, here.parent) == beside
    assert notebooks.find(None, None, here.parent) == here


def test_a_given_folder_that_is_not_there_is_not_replaced(tmp_path):
    five(tmp_path / "notebooks")

    with pytest.raises(ConfigError, match=r"There is no folder .*nope; .*--notebooks"):
        notebooks.find(tmp_path / "nope", None, tmp_path)


def test_a_missing_notebook_is_named_with_the_nearest(tmp_path):
    folder = five(tmp_path / "notebooks")
    (folder / "3-prospects.ipynb").rename(folder / "3-prospect.ipynb")

    with pytest.raises(
        ConfigError, match=r"lacks the notebook 3-prospects .did you mean '3-prospect'"
    ):
        notebooks.find(folder, None, tmp_path)


def test_lines_of_a_cell_are_joined(tmp_path):
    output = {"output_type": "stream", "name": "stdout", "text": ["a\n", "b"]}
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(notebook(code(["x = 1\n", "y"], outputs=[output]))))

    cell = notebooks.read(path)["cells"][0]

    assert (cell["source"], cell["outputs"][0]["text"]) == ("x = 1\ny", "a\nb")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"nbformat": 3}', b"\xff\xfe"])
def test_what_is_no_notebook_is_refused_in_words(tmp_path, content):
    path = tmp_path / "n.ipynb"
    path.write_bytes(content)

    with pytest.raises(ConfigError, match="is not a notebook"):
        notebooks.read(path)


def test_a_settled_notebook_holds_no_times_and_no_random_names():
    def executed(at, name):
        made = notebook(code("1", count=1))
        made["cells"][0] |= {
            "id": name,
            "metadata": {"tags": ["en"], "papermill": {"start_time": at}},
        }
        made["metadata"]["papermill"] = {"start_time": at}
        return made

    first, second = (notebooks.settled(executed(*it)) for it in (("12:00", "a"), ("13:00", "b")))

    assert first == second
    assert first["cells"][0]["metadata"] == {"tags": ["en"]}


def test_an_output_that_is_marked_up_needs_no_plain_form():
    outputs = [displayed(text_html="<p>", text_plain="at 0x7f"), displayed(text_plain="7")]
    made = notebook(code("1", count=1, outputs=outputs))

    kept = [it["data"] for it in notebooks.settled(made)["cells"][0]["outputs"]]
    assert kept == [{"text/html": "<p>"}, {"text/plain": "7"}]
