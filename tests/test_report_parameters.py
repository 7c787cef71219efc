import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from segment.errors import ConfigError
from segment.report import parameters
from toys import code, notebook, text


def declaring(*sources):
    return notebook(text("# Title"), *(code(source, "parameters") for source in sources))


def test_names_and_defaults_are_read_in_their_order():
    cell = 'as_of = ""  # last day\nn_months: int = 13\nrate = 0.5\nis_short = True'

    assert parameters.declared(declaring(cell), "n") == {
        "as_of": "", "n_months": 13, "rate": 0.5, "is_short": True,
    }  # fmt: skip


def test_a_default_may_hold_an_equals_sign():
    assert parameters.declared(declaring('where = "a=b"'), "n") == {"where": "a=b"}


def test_a_notebook_without_the_tag_is_refused():
    with pytest.raises(ConfigError, match="2-x has no cell tagged 'parameters'"):
        parameters.declared(notebook(code("as_of = ''")), "2-x")


def test_two_tagged_cells_are_refused():
    with pytest.raises(ConfigError, match="has 2 cells tagged"):
        parameters.declared(declaring("a = 1", "b = 1"), "n")


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "a, b = 1, 2",
        "a = b = 1",
        "a = f()",
        "a = [1]",
        "a = None",
        "a: str",
        "print(1)",
    ],
)
def test_a_line_that_is_no_plain_value_is_named(line):
    with pytest.raises(ConfigError, match="Line 2 of the parameters of n"):
        parameters.declared(declaring(f"x = 1\n{line}"), "n")


def test_code_that_is_not_python_is_refused_in_words():
    with pytest.raises(ConfigError, match="not Python"):
        parameters.declared(declaring("%matplotlib inline"), "n")


def test_a_parameter_declared_twice_is_refused():
    with pytest.raises(ConfigError, match="'a' twice"):
        parameters.declared(declaring("a = 1\na = 2"), "n")


def test_values_replace_defaults_and_the_others_stay():
    cell = 'as_of = ""\nlanguage = "en"'

    assert parameters.bind(declaring(cell), {"as_of": "2026-10-31"}, "n") == {
        "as_of": "2026-10-31", "language": "en",
    }  # fmt: skip


def test_an_unknown_name_is_refused_with_the_nearest():
    with pytest.raises(ConfigError, match=r"no parameter 'asof' .did you mean 'as_of'"):
        parameters.bind(declaring("as_of = ''"), {"asof": ""}, "n")


def test_a_value_of_another_type_is_refused():
    with pytest.raises(
        ConfigError, match=r"'as_of' of n is 2016 \(int\); it has to be of type str"
    ):
        parameters.bind(declaring("as_of = ''"), {"as_of": 2026 - 10}, "n")


def test_true_is_no_number():
    with pytest.raises(ConfigError, match=r"\(bool\); it has to be of type int"):
        parameters.bind(declaring("n = 1"), {"n": True}, "n")


@pytest.mark.parametrize("name", ["as_of; import os", "1a", "class", "", "a.b"])
def test_a_name_that_would_run_as_code_is_refused(name):
    with pytest.raises(ConfigError, match="is not a name that a parameter can have"):
        parameters.bind(declaring("as_of = ''"), {name: ""}, "n")


@settings(deadline=None)
@given(st.text(max_size=60))
def test_whatever_the_cell_holds_the_answer_is_values_or_a_sentence(source):
    try:
        found = parameters.declared(declaring(source), "n")
    except ConfigError:
        return
    assert all(name.isidentifier() for name in found)
