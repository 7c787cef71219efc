"""Hooks: a program of the company's that is started when a run has ended, and told how.

It gets the facts as environment variables. What it says goes to stderr; how it ends changes
neither what was published nor the exit status of the run.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

PREFIX = "SEGMENT_"
STDERR = 2  # stdout holds what the run itself prints
MOST_LETTERS = 4_000  # of a fact; Linux refuses a variable of 131,072 bytes


def call(words: Sequence[str], facts: Mapping[str, str], base: Path, seconds: float) -> str:
    """Start a hook, wait for it, and return what is wrong with it as a sentence, or nothing.

    `words` are the program and its arguments. A program that is not named from the root is looked
    for in `base`, the folder of segment.toml, which is also where it is started, then on PATH.
    `facts` become environment variables: month is SEGMENT_MONTH. After `seconds` it is ended.
    """
    name = words[0]
    program = base / Path(name).expanduser()
    found = str(program) if program.is_file() else shutil.which(name)
    if found is None:
        return f"The hook '{name}' is neither in {base} nor on PATH."
    told = {f"{PREFIX}{key.upper()}": _cut(value) for key, value in facts.items()}
    try:
        status = _run([found, *words[1:]], os.environ | told, base, seconds)
    except subprocess.TimeoutExpired:
        return f"The hook '{name}' took longer than {seconds:g} seconds and was stopped."
    except OSError as problem:
        return f"The hook '{name}' cannot be started: {problem.strerror or problem}."
    return f"The hook '{name}' ended with exit status {status}." if status else ""


def _cut(value: str) -> str:
    return value.replace("\0", "")[:MOST_LETTERS]


def _run(words: Sequence[str], environment: Mapping[str, str], base: Path, seconds: float) -> int:
    with subprocess.Popen(
        words,
        cwd=base,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=STDERR,
        start_new_session=True,  # what it has started is ended with it
    ) as process:
        try:
            return process.wait(seconds)
        except BaseException:
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            raise
