import hashlib
import subprocess
from dataclasses import replace

import pytest

from segment.errors import ConfigError, DataError
from segment.report import card
from segment.report.card import FileMark
from toys import run_card


def git(folder, *words):
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)


def test_a_card_comes_back_from_its_file_as_it_was(tmp_path):
    made = run_card(lock=FileMark(name="requirements.lock", size=2, sha256="ef" * 32))
    card.write(made, tmp_path)

    assert card.read(tmp_path) == made


def test_a_file_is_marked_by_name_size_and_content(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"a,b\n")

    assert card.mark(tmp_path / "a.csv") == FileMark(
        name="a.csv", size=4, sha256=hashlib.sha256(b"a,b\n").hexdigest()
    )


def test_a_status_that_is_none_is_refused():
    with pytest.raises(ConfigError, match="'done' is none of complete, provisional"):
        run_card(status="done")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"inputs": [], "notebooks": 1}', "null"])
def test_a_damaged_card_is_refused_with_what_to_do(tmp_path, content):
    folder = tmp_path / "2026-09"
    folder.mkdir()
    (folder / "run.json").write_text(content)

    with pytest.raises(DataError, match="make the month again with `segment run --as-of 2026-09`"):
        card.read(folder)


def test_a_card_of_another_format_is_refused(tmp_path):
    card.write(replace(run_card()), tmp_path)
    path = tmp_path / "run.json"
    path.write_text(path.read_text().replace('"format": 2', '"format": 1'))

    with pytest.raises(DataError, match="has format 1; this version has 2"):
        card.read(tmp_path)


def test_outside_a_checkout_the_code_is_its_release(tmp_path):
    assert card.code(tmp_path) == card.versions()["segment"]


def test_in_a_checkout_the_code_is_its_commit_and_changes_show(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text("a = 1")
    (tmp_path / "README.md").write_text("a")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "a")
    commit = card.code(tmp_path)
    (tmp_path / "README.md").write_text("b")  # decides no number
    assert card.code(tmp_path) == commit
    (tmp_path / "src" / "a.py").write_text("a = 2")

    assert card.code(tmp_path) == f"{commit}+changes"
    assert commit.startswith(f"{card.versions()['segment']} ")


def test_the_lock_is_marked_where_there_is_one(tmp_path):
    assert card.lock(tmp_path) is None
    (tmp_path / "requirements.lock").write_text("polars==2.1.0\n")

    assert card.lock(tmp_path) == card.mark(tmp_path / "requirements.lock")
