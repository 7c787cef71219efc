import json
import sys
import time
from pathlib import Path

import psutil
import pytest

from segment.report import hooks

FACTS = {"month": "2026-10", "message": "Cell 4 failed.\nValueError: 'é' $(touch no)", "exit": "3"}
TELL = """\
#!/usr/bin/env python3
import json, os, sys
told = {k: v for k, v in os.environ.items() if k.startswith("SEGMENT_")}
told["here"], told["words"] = os.getcwd(), sys.argv[1:]
open("told.json", "w").write(json.dumps(told))
print("said by the hook")
"""


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_program_beside_the_config_is_started_there_with_the_facts(tmp_path, capfd):
    script(tmp_path / "tell.py", TELL)

    assert hooks.call(["tell.py", "a b", "$HOME"], FACTS, tmp_path, 20) == ""

    told = json.loads((tmp_path / "told.json").read_text("utf-8"))
    assert told == {
        "SEGMENT_MONTH": "2026-10", "SEGMENT_MESSAGE": FACTS["message"], "SEGMENT_EXIT": "3",
        "here": str(tmp_path), "words": ["a b", "$HOME"],  # no shell has read them
    }  # fmt: skip
    assert not (tmp_path / "no").exists()
    assert capfd.readouterr() == ("", "said by the hook\n")


def test_a_program_beside_the_config_goes_before_one_on_the_path(tmp_path, monkeypatch):
    script(tmp_path / "bin" / "tell", "#!/bin/sh\nexit 7\n")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")

    assert "exit status 7" in hooks.call(["tell"], FACTS, tmp_path, 20)
    script(tmp_path / "tell", "#!/bin/sh\nexit 0\n")
    assert hooks.call(["tell"], FACTS, tmp_path, 20) == ""


def test_a_program_named_from_the_root_is_taken_as_it_is(tmp_path):
    path = script(tmp_path / "elsewhere" / "tell", "#!/bin/sh\nexit 5\n")

    said = hooks.call([str(path)], FACTS, tmp_path, 20)

    assert said == f"The hook '{path}' ended with exit status 5."


def test_a_program_that_is_nowhere_is_told(tmp_path):
    said = hooks.call(["no-such-program"], FACTS, tmp_path, 20)

    assert said == f"The hook 'no-such-program' is neither in {tmp_path} nor on PATH."


def test_a_file_that_is_no_program_is_told(tmp_path):
    (tmp_path / "tell").write_text("not executable", encoding="utf-8")

    assert hooks.call(["tell"], FACTS, tmp_path, 20) == (
        "The hook 'tell' cannot be started: Permission denied."
    )


def test_a_hook_without_end_is_stopped_with_what_it_started(tmp_path):
    script(tmp_path / "slow", "#!/bin/sh\nsleep 612 &\nsleep 612\n")
    began = time.monotonic()

    said = hooks.call(["slow"], FACTS, tmp_path, 1)

    assert said == "The hook 'slow' took longer than 1 seconds and was stopped."
    assert time.monotonic() - began < 10
    time.sleep(0.2)
    lines = [it.info["cmdline"] for it in psutil.process_iter(["cmdline"])]
    assert ["sleep", "612"] not in lines


@pytest.mark.parametrize("message", ["a\0b", "x" * 200_000])
def test_a_message_that_no_variable_can_hold_does_not_stop_the_hook(tmp_path, message):
    words = [sys.executable, "-c", "import os; assert os.environ['SEGMENT_MESSAGE']"]

    assert hooks.call(words, FACTS | {"message": message}, tmp_path, 20) == ""
