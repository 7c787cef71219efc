"""The parameters that a notebook declares, and the values that a run may give them.

A notebook declares them in the one cell tagged `parameters`: plain assignments of plain values.
The cell is read as text and never executed. papermill checks none of this: it takes any name,
and where the tag is missing it reports about the wrong month without a word.
"""

import ast
import keyword
from collections.abc import Mapping
from typing import Any

from segment.errors import ConfigError, nearest

TAG = "parameters"
PLAIN = (str, bool, int, float)


def declared(notebook: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the parameters of a notebook with their defaults, in the order of the cell.

    `name` is what messages call the notebook.

    Raises:
        ConfigError: Not exactly one cell is tagged, or it holds more than plain assignments.
    """
    cells = [
        cell["source"]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and TAG in cell["metadata"].get("tags", ())
    ]
    if len(cells) != 1:
        raise ConfigError(
            f"{name} has {len(cells) or 'no'} cell{'s' * (len(cells) > 1)} tagged '{TAG}'; "
            "tag the one cell that declares its parameters."
        )
    try:
        statements = ast.parse(cells[0]).body
    except (SyntaxError, ValueError) as error:
        raise ConfigError(f"The parameters of {name} are not Python: {error}.") from None
    pairs = [_pair(statement, name) for statement in statements]
    names = [parameter for parameter, _ in pairs]
    repeated = next((item for item in names if names.count(item) > 1), None)
    if repeated:
        raise ConfigError(f"{name} declares the parameter '{repeated}' twice; keep one.")
    return dict(pairs)


def _pair(statement: ast.stmt, name: str) -> tuple[str, Any]:
    match statement:
        case ast.Assign(targets=[ast.Name(id=parameter)], value=ast.Constant(value=value)):
            pass
        case ast.AnnAssign(target=ast.Name(id=parameter), value=ast.Constant(value=value)):
            pass
        case _:
            parameter, value = "", None
    if type(value) not in PLAIN:
        raise ConfigError(
            f"Line {statement.lineno} of the parameters of {name} is '{ast.unparse(statement)}'; "
            'write one plain value a line, such as as_of = "2026-10-31".'
        )
    return parameter, value


def bind(notebook: Mapping[str, Any], values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return every parameter of a notebook with its value for this run.

    Raises:
        ConfigError: A value has no declared parameter, or another type than its default.
    """
    known = declared(notebook, name)
    for parameter, value in values.items():
        if not parameter.isidentifier() or keyword.iskeyword(parameter):
            raise ConfigError(f"{parameter!r} is not a name that a parameter can have.")
        if parameter not in known:
            raise ConfigError(
                f"{name} has no parameter '{parameter}'{nearest(parameter, known)}. "
                f"It has {', '.join(known) or 'none'}."
            )
        default = known[parameter]
        if type(value) is not type(default):
            raise ConfigError(
                f"The parameter '{parameter}' of {name} is {value!r} ({type(value).__name__}); it "
                f"has to be of type {type(default).__name__}, as its default {default!r} is."
            )
    return known | dict(values)
