import json
import os
import sys
from dataclasses import replace

import pytest

from segment.errors import ConfigError, RunError
from segment.report import execute, gate, notebooks
from segment.report.execute import Job
from toys import FINISHED, PARAMETERS, code, notebook

SECONDS = 120


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    with execute.worker(tmp_path_factory.mktemp("log") / "log.txt") as started:
        yield started


def job(folder, *sources, seconds=SECONDS, **parameters):
    source = folder / "n.ipynb"
    cells = [code(PARAMETERS, "parameters"), *(code(it) for it in sources), code(FINISHED)]
    source.write_text(json.dumps(notebook(*cells)), encoding="utf-8")
    return Job(
        name="n", source=source, targets={"en": folder / "out.ipynb"}, folder=folder,
        parameters={"as_of": "2026-10-31", **parameters}, seconds=seconds,
    )  # fmt: skip


def said(target, place):
    cells = [it for it in notebooks.read(target)["cells"] if it["cell_type"] == "code"]
    return cells[place]["outputs"][0]["text"]


def test_a_notebook_runs_with_its_parameters_in_its_folder_by_this_interpreter(process, tmp_path):
    look = "import os, sys\nprint(as_of, os.getcwd(), sys.executable, sep='\\n')"
    work = job(tmp_path, look)

    execute.execute(process, work)

    assert gate.check(notebooks.read(work.targets["en"]), "n").n_code_cells == 4
    assert said(work.targets["en"], 2).split() == ["2026-10-31", str(tmp_path), sys.executable]


def test_a_value_is_text_whatever_it_holds(process, tmp_path):
    quoted = 'it\'s "2026"\\n = 1; import os'
    work = job(tmp_path, "print(data_dir)", data_dir=quoted)

    execute.execute(process, work)

    assert said(work.targets["en"], 2) == quoted + "\n"


def test_no_port_is_opened_and_what_passes_is_encrypted(process, tmp_path):
    look = "import json, sys\nprint(json.loads(open(sys.argv[2]).read()).get('curve_publickey'))"
    transport = "print(json.loads(open(sys.argv[2]).read())['transport'])"
    work = job(tmp_path, look, transport)

    execute.execute(process, work)

    assert len(said(work.targets["en"], 2).strip()) == 40  # a CurveZMQ key as text
    assert said(work.targets["en"], 3).strip() == ("ipc" if os.name == "posix" else "tcp")


def test_nothing_of_the_user_reaches_the_kernel(process, tmp_path):
    look = "import os\nprint(os.environ['PYTHONHASHSEED'], os.environ.get('PYTHONSTARTUP'))"
    work = job(tmp_path, look)

    execute.execute(process, work)

    assert said(work.targets["en"], 2) == "0 None\n"


def test_a_failed_cell_is_left_to_the_gate_and_the_process_goes_on(process, tmp_path):
    broken = job(tmp_path, "1 / 0")
    execute.execute(process, broken)
    with pytest.raises(RunError, match=r"Cell 3 of n failed\.\n    1 / 0\nZeroDivisionError"):
        gate.check(notebooks.read(broken.targets["en"]), "n")

    whole = job(tmp_path, "1 / 1")
    execute.execute(process, whole)
    assert gate.check(notebooks.read(whole.targets["en"]), "n")


def test_a_kernel_that_dies_is_not_taken_for_success(process, tmp_path):
    killed = job(tmp_path, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")

    with pytest.raises(RunError, match="The Python process of n died while a cell ran"):
        execute.execute(process, killed)

    assert gate.reached(notebooks.read(killed.targets["en"])).startswith("It was at cell 3 of 4:")


def test_a_notebook_that_takes_too_long_is_stopped_with_its_process(tmp_path):
    with execute.worker(tmp_path / "log.txt") as process:
        execute.execute(process, job(tmp_path, "1"))  # the process is up
        endless = job(tmp_path, "import time", "time.sleep(600)", seconds=4)

        with pytest.raises(RunError, match=r"n took longer than 4 seconds .*notebook_seconds"):
            execute.execute(process, endless)

        assert gate.reached(notebooks.read(endless.targets["en"])).startswith(
            "It was at cell 4 of 5:"
        )
        with pytest.raises(RunError, match="ended before the notebook did"):
            execute.execute(process, endless)


def test_a_time_limit_of_nothing_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="time limit of n is 0"):
        job(tmp_path, seconds=0)


def test_a_further_language_is_executed_by_the_same_process_but_for_what_needs_no_words(
    process, tmp_path
):
    work = job(tmp_path, "import os\nn = [0]", "n[0] += 1", "print(language, n[0], os.getpid())")
    held = notebooks.read(work.source)
    for cell in held["cells"][1:3]:
        cell["metadata"]["tags"] = [notebooks.ONCE]
    notebooks.write(held, work.source)
    work = replace(work, targets={it: tmp_path / f"{it}.ipynb" for it in ("zh", "en")})

    execute.execute(process, work)

    first, second = (said(target, 4).split() for target in work.targets.values())
    assert (first[:2], second[:2]) == (["zh", "1"], ["en", "1"])
    assert first[2] == second[2]
    for target in work.targets.values():
        assert gate.check(notebooks.read(target), "n").n_code_cells == 6


def test_a_job_for_a_worker_that_has_died_says_so(tmp_path):
    with execute.worker(tmp_path / "log.txt") as process:
        process.kill()
        process.wait()

        with pytest.raises(RunError, match="ended before the notebook did"):
            execute.execute(process, job(tmp_path, "1"))
