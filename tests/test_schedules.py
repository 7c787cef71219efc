"""The lines of docs/schedules.md, taken from the page and run as their scheduler would."""

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

import segment
from segment import config
from segment.report import months
from toys import code, company, five, notebook

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "schedules.md").read_text(encoding="utf-8")
HERE, INSTALLED = "/srv/company", "/opt/segment/.venv/bin"
# minute, hour, day, month, weekday: from and to (crontab(5))
FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
SHIM = """\
#!/bin/sh
PYTHONPATH={source} exec {python} -c 'from segment.cli import main; main()' "$@"
"""


def fenced(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


def last_month() -> dt.date:
    return dt.date.today().replace(day=1) - dt.timedelta(days=1)


def put(text: str, folder: Path) -> str:
    """Put the folders of a test in the place of those on the page."""
    return text.replace(HERE, str(folder / "company")).replace(INSTALLED, str(folder / "bin"))


@pytest.fixture
def folder(tmp_path):
    """A company whose data cover last month, and a `segment` as an installation has one."""
    company(tmp_path / "company", last=last_month())
    five(tmp_path / "company" / "notebooks")
    shim = tmp_path / "bin" / "segment"
    shim.parent.mkdir()
    source = Path(segment.__file__).parents[1]
    shim.write_text(SHIM.format(source=source, python=sys.executable), encoding="utf-8")
    shim.chmod(0o755)
    return tmp_path


# ------------------------------------------------------------------ cron


def crontab(text: str) -> tuple[dict[str, str], list[tuple[list[str], str]]]:
    """Return the settings of a crontab and its entries: the five fields and the command."""
    settings, entries = {}, []
    for line in text.splitlines():
        if setting := re.fullmatch(r"([A-Z]+)=(\S+)", line):
            settings[setting[1]] = setting[2]
        elif line.strip() and not line.startswith("#"):
            *fields, command = line.split(None, 5)
            entries.append((fields, command))
    return settings, entries


def as_cron(command: str, settings: dict[str, str], home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as cron does: by the shell, with these variables alone, in the home folder."""
    assert not re.search(r"(?<!\\)%", command)  # its input would begin here
    given = {"HOME": str(home), "LOGNAME": "segment", "SHELL": settings["SHELL"]}
    return subprocess.run(
        [settings["SHELL"], "-c", command.replace("\\%", "%")], cwd=home, check=False,
        env=given | {"PATH": settings["PATH"]}, capture_output=True, encoding="utf-8",
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def may_be(field: str, least: int, most: int) -> bool:
    """Tell whether a field of a crontab holds `*`, numbers, ranges or steps within its bounds."""
    parts = [re.fullmatch(r"(\*|\d+(?:-\d+)?)(?:/\d+)?", part) for part in field.split(",")]
    numbers = [int(it) for part in parts if part for it in re.findall(r"\d+", part[1])]
    return all(parts) and all(least <= number <= most for number in numbers)


def test_the_fields_of_every_line_of_the_crontab_lie_within_their_bounds():
    settings, entries = crontab(fenced("cron")[0])

    assert settings.keys() == {"SHELL", "PATH", "MAILTO"}
    assert len(entries) == 2
    for fields, _ in entries:
        assert [may_be(it, *span) for it, span in zip(fields, FIELDS, strict=True)] == [True] * 5


def test_the_lines_of_the_crontab_run_in_the_environment_of_cron(folder):
    settings, entries = crontab(put(fenced("cron")[0], folder))
    (_, run), (_, ask) = entries

    done = as_cron(run, settings, folder)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")  # no mail after a success
    month = months.name(last_month())
    assert (folder / "company" / "reports" / month / "run.json").is_file()
    asked = as_cron(ask, settings, folder)
    assert (asked.returncode, asked.stdout, asked.stderr) == (0, "", "")

    five(folder / "company" / "notebooks", n1="1 / 0")
    failed = as_cron(run, settings, folder)
    assert "Cell 4 of 1-data-check failed." in failed.stdout  # the mail


def test_the_line_that_asks_makes_a_mail_where_the_report_did_not_come(folder):
    settings, entries = crontab(put(fenced("cron")[0], folder))

    asked = as_cron(entries[1][1], settings, folder)

    assert asked.returncode == 1
    assert asked.stdout == ""
    assert re.match(r"The report of \d{4}-\d{2} was due on .* there is none at all\.", asked.stderr)


def test_data_that_have_not_come_do_not_make_last_months_report_once_more(folder):
    company(folder / "company", last=last_month().replace(day=1) - dt.timedelta(days=1))
    settings, entries = crontab(put(fenced("cron")[0], folder))

    done = as_cron(entries[0][1], settings, folder)

    assert "is after the data, which end on" in done.stdout
    assert list((folder / "company" / "reports").glob("2*")) == []


# ------------------------------------------------------------------ hooks


def test_the_hook_of_the_page_mails_the_outcome(folder):
    script = folder / "tell.sh"
    script.write_text(fenced("sh")[0], encoding="utf-8")
    mail = folder / "bin" / "mail"
    mail.write_text('#!/bin/sh\nprintf "%s|" "$@" >sent\ncat >>sent\n', encoding="utf-8")
    for path in (script, mail):
        path.chmod(0o755)

    facts = {
        "SEGMENT_MONTH": "2026-10", "SEGMENT_STATUS": "failed", "SEGMENT_PAGE": "",
        "SEGMENT_MESSAGE": "Cell 4 failed. 100%", "PATH": f"{folder / 'bin'}:{os.defpath}",
    }  # fmt: skip
    subprocess.run([script], cwd=folder, env=facts, check=True)

    assert (folder / "sent").read_text("utf-8") == (
        "-s|Customer report 2026-10: failed|analyst@example.com|Cell 4 failed. 100%\n"
    )


def test_the_keys_of_the_page_are_those_of_the_config(folder):
    path = folder / "company" / "segment.toml"
    path.write_text(fenced("toml")[0], encoding="utf-8")
    rules = config.load(path).report

    assert (rules.refuse_stale, rules.due_day, rules.hook_seconds) == (True, 10, 60)
    assert rules.on_success == ("tell.sh", "published")


# ------------------------------------------------------------------ systemd


def units() -> dict[str, str]:
    """Return the units of the page by their names, which stand before them."""
    found = re.findall(r"`/etc/systemd/system/([^`]+)`.*?```ini\n(.*?)```", TEXT, re.S)
    return dict(found)


def test_every_unit_of_the_page_has_its_name_and_every_service_its_timer():
    assert list(units()) == [
        "segment.service", "segment.timer", "segment-stale.service", "segment-stale.timer",
        "segment-failed@.service",
    ]  # fmt: skip
    for name, text in units().items():
        sections = re.findall(r"^\[(\w+)\]$", text, re.M)
        assert sections[:2] == ["Unit", "Timer" if name.endswith("timer") else "Service"], name
        assert "Persistent=true" in text or not name.endswith("timer"), name


def test_systemd_finds_nothing_wrong_with_the_units(folder):
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze on this machine")
    (folder / "units").mkdir()
    paths = [folder / "units" / name.replace("@.", "@it.") for name in units()]
    for path, text in zip(paths, units().values(), strict=True):
        path.write_text(put(text, folder), encoding="utf-8")

    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, paths)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_of_the_service_runs_without_any_environment(folder):
    company(folder / "company", last=last_month().replace(day=1) - dt.timedelta(days=1))
    text = put(units()["segment.service"], folder)
    words = re.findall(r"^ExecStart=(.*)$", text, re.M)[0].split()

    done = subprocess.run(
        words, cwd=folder / "company", env={}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert f"as_of {last_month()} is after the data" in done.stderr


# ------------------------------------------------------------------ JupyterLab's scheduler


def scheduled(folder: Path, made: dict, **typed: str) -> nbformat.NotebookNode:
    """Execute a notebook as jupyter-scheduler does: what was typed follows the parameters as it is.

    It writes `name = value` into a cell of its own and executes by nbconvert's preprocessor, which
    is nbclient.
    """
    opened = nbformat.reads(json.dumps(made), as_version=4)
    place = next(
        place
        for place, cell in enumerate(opened.cells, start=1)
        if "parameters" in cell.metadata.get("tags", ())
    )
    lines = "\n".join(f"{name} = {value}" for name, value in typed.items())
    opened.cells.insert(place, nbformat.v4.new_code_cell(lines))
    NotebookClient(
        opened, kernel_name="python3", resources={"metadata": {"path": folder}}
    ).execute()
    return opened


def test_the_notebook_of_the_page_starts_the_run(folder):
    declared, start = fenced("python")
    made = notebook(code(declared, "parameters"), code(start))
    config_path = json.dumps(str(folder / "company" / "segment.toml"))

    scheduled(folder / "bin", made, config_path=config_path)

    assert (folder / "company" / "reports" / months.name(last_month())).is_dir()
    with pytest.raises(CellExecutionError, match="non-zero exit status 2"):
        scheduled(folder / "bin", made, config_path=config_path, as_of='"2026-13"')


@pytest.mark.parametrize(("typed", "number"), [("2026-10-31", 1985), ("2026-10", 2016)])
def test_a_day_without_quotation_marks_is_a_number_that_every_notebook_refuses(
    tmp_path, typed, number
):
    made = json.loads((ROOT / "notebooks" / "1-data-check.ipynb").read_text(encoding="utf-8"))
    said = (
        f"as_of is {number}, a number, and has to be text: without quotation marks 2026-10-31 is a "
        'subtraction. Write "2026-10-31" with them.'
    )

    with pytest.raises(CellExecutionError, match=re.escape(said)):
        scheduled(tmp_path, made, as_of=typed)
    quoted = "as_of is 1985, a number, and has to be text: without quotation marks\n2026-10-31 is"
    assert quoted in TEXT


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"as_of": "2026-08-31"}, "SyntaxError"), ({"language": "zh"}, "NameError")],
)
def test_what_is_no_python_stops_the_notebook(tmp_path, typed, said):
    with pytest.raises(CellExecutionError, match=said):
        scheduled(tmp_path, notebook(code('as_of = ""', "parameters")), **typed)


def test_a_day_in_quotation_marks_is_the_day(folder):
    look = "from segment import workspace\nprint(workspace.open('', config_path, '', as_of).as_of)"
    made = notebook(code('as_of = ""\nconfig_path = ""', "parameters"), code(look))
    config_path = json.dumps(str(folder / "company" / "segment.toml"))
    day = last_month().isoformat()

    done = scheduled(folder / "bin", made, as_of=f'"{day}"', config_path=config_path)

    assert done.cells[-1].outputs[0].text == f"{day}\n"
