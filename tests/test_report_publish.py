from pathlib import Path

import pytest

from segment.errors import ConfigError, RunError
from segment.report import failures, publish
from toys import published


def month(reports, name, content):
    with publish.work_folder(reports, name) as work:
        (work / "run.json").write_text(content)
        (work / "tables").mkdir()
        (work / "tables" / "a.csv").write_text(content)
        return publish.publish(work, reports, name)


def test_a_month_is_moved_into_place_whole(tmp_path):
    assert month(tmp_path, "2026-10", "new") == tmp_path / "2026-10"

    assert published(tmp_path) == ["2026-10/run.json", "2026-10/tables/a.csv"]
    assert list((tmp_path / publish.WORK).iterdir()) == []


def test_a_month_that_is_there_is_replaced_with_nothing_left_of_it(tmp_path):
    month(tmp_path, "2026-10", "old")
    (tmp_path / "2026-10" / "only-old.html").touch()
    month(tmp_path, "2026-10", "new")

    assert published(tmp_path) == ["2026-10/run.json", "2026-10/tables/a.csv"]
    assert (tmp_path / "2026-10" / "run.json").read_text() == "new"


def test_a_run_that_fails_leaves_the_old_month_and_keeps_what_it_made(tmp_path):
    month(tmp_path, "2026-10", "old")

    with (
        pytest.raises(RunError, match=r"(?s)Cell 4.*Nothing was published.*\.failed.2026-10"),
        publish.work_folder(tmp_path, "2026-10") as work,
    ):
        (work / "partial.ipynb").touch()
        raise RunError("Cell 4 failed.")

    assert (tmp_path / "2026-10" / "run.json").read_text() == "old"
    assert (tmp_path / publish.FAILED / "2026-10" / "partial.ipynb").is_file()
    assert list((tmp_path / publish.WORK).iterdir()) == []


def test_what_a_failure_left_goes_when_the_month_succeeds(tmp_path):
    with pytest.raises(RunError), publish.work_folder(tmp_path, "2026-10"):
        raise RunError("Cell 4 failed.")
    month(tmp_path, "2026-10", "new")

    assert not (tmp_path / publish.FAILED / "2026-10").exists()


@pytest.mark.parametrize("problem", [ConfigError("no tag"), KeyboardInterrupt(), OSError("full")])
def test_a_run_that_is_stopped_otherwise_leaves_nothing(tmp_path, problem):
    with pytest.raises(type(problem)), publish.work_folder(tmp_path, "2026-10") as work:
        (work / "partial.ipynb").touch()
        raise problem

    assert published(tmp_path) == []
    assert list((tmp_path / publish.WORK).iterdir()) == []


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (RunError("Cell 4 failed.\n    1 / 0"), "Cell 4 failed."),
        (ConfigError("no tag"), "no tag"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (ZeroDivisionError("a customer's name"), "ZeroDivisionError"),
    ],
)
def test_whatever_fails_leaves_its_sentence_with_the_step(tmp_path, problem, sentence):
    with (
        pytest.raises(type(problem)),
        publish.work_folder(tmp_path, "2026-10", lambda: "3-prospects"),
    ):
        raise problem

    left = failures.left(tmp_path)["2026-10"]
    assert sentence in left.sentence
    assert "\n" not in left.sentence
    assert "name" not in left.sentence
    assert (left.as_of, left.step) == ("2026-10-31", "3-prospects")


def test_a_run_that_was_stopped_by_hand_has_not_failed(tmp_path):
    with pytest.raises(KeyboardInterrupt), publish.work_folder(tmp_path, "2026-10"):
        raise KeyboardInterrupt

    assert failures.left(tmp_path) == {}


def test_a_run_that_was_killed_is_known_as_failed_once_another_one_begins(tmp_path):
    (tmp_path / publish.WORK / "2026-10-17-0123abcd").mkdir(parents=True)

    with publish.locked(tmp_path):
        left = failures.left(tmp_path)

    assert left["2026-10-17"].sentence == failures.KILLED
    assert left["2026-10-17"].failed_at == ""


def test_a_second_run_is_told_to_wait(tmp_path):
    with (
        publish.locked(tmp_path),
        pytest.raises(RunError, match="Another run is writing"),
        publish.locked(tmp_path),
    ):
        pass
    with publish.locked(tmp_path):  # free again
        pass


def test_a_month_whose_run_was_killed_while_replacing_it_comes_back(tmp_path):
    month(tmp_path, "2026-10", "old")
    (tmp_path / "2026-10").rename(tmp_path / publish.WORK / "2026-10.replaced")  # killed here

    with publish.locked(tmp_path):
        assert (tmp_path / "2026-10" / "run.json").read_text() == "old"


def test_the_old_month_does_not_come_back_over_the_new_one(tmp_path):
    month(tmp_path, "2026-10", "old")
    (tmp_path / "2026-10").rename(tmp_path / publish.WORK / "2026-10.replaced")
    (tmp_path / "2026-10").mkdir()
    (tmp_path / "2026-10" / "run.json").write_text("new")  # killed before the old one went

    with publish.locked(tmp_path):
        assert (tmp_path / "2026-10" / "run.json").read_text() == "new"
        assert list((tmp_path / publish.WORK).iterdir()) == []


def test_what_killed_runs_left_is_cleared(tmp_path):
    (tmp_path / publish.WORK / "2026-10-0123abcd" / "notebooks").mkdir(parents=True)

    with publish.locked(tmp_path):
        assert list((tmp_path / publish.WORK).iterdir()) == []


def test_only_whole_months_count_as_published(tmp_path):
    month(tmp_path, "2026-10", "a")
    month(tmp_path, "2026-09-17", "a")
    (tmp_path / "2026-08").mkdir()  # no run card
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "run.json").touch()

    (tmp_path / "2026-13").mkdir()  # no month
    (tmp_path / "2026-13" / "run.json").touch()

    assert [folder.name for folder in publish.published(tmp_path)] == ["2026-09-17", "2026-10"]
    assert publish.published(tmp_path / "nowhere") == []


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "index.html"
    publish.write_text(path, "old")
    publish.write_text(path, "neu\n")

    assert path.read_bytes() == b"neu\n"
    assert [item.name for item in tmp_path.iterdir()] == ["index.html"]


def test_where_folders_cannot_change_places_two_renames_do(tmp_path, monkeypatch):
    month(tmp_path, "2026-10", "old")
    monkeypatch.setattr(publish, "_exchanged", lambda one, other: False)
    month(tmp_path, "2026-10", "new")

    assert (tmp_path / "2026-10" / "run.json").read_text() == "new"
    assert list((tmp_path / publish.WORK).iterdir()) == []


def test_a_month_comes_back_where_the_new_one_is_refused(tmp_path, monkeypatch):
    month(tmp_path, "2026-10", "old")
    monkeypatch.setattr(publish, "_exchanged", lambda one, other: False)
    rename = Path.rename

    def refuse(path, target):
        if path.name.startswith("2026-10-"):
            raise OSError("refused")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="refused"):
        month(tmp_path, "2026-10", "new")

    assert (tmp_path / "2026-10" / "run.json").read_text() == "old"
    assert list((tmp_path / publish.WORK).iterdir()) == []


def test_a_partial_month_that_cannot_be_kept_does_not_hide_why_the_run_failed(tmp_path):
    (tmp_path / publish.FAILED).touch()  # no folder can be made there

    with (
        pytest.raises(RunError, match=r"Cell 4 failed\.\nNothing was published\.$"),
        publish.work_folder(tmp_path, "2026-10"),
    ):
        raise RunError("Cell 4 failed.")


def test_a_file_that_cannot_be_written_leaves_nothing_beside_it(tmp_path):
    (tmp_path / "index.html" / "in the way").mkdir(parents=True)

    with pytest.raises(OSError):
        publish.write_text(tmp_path / "index.html", "new")

    assert [item.name for item in tmp_path.iterdir()] == ["index.html"]


def test_pages_that_a_killed_run_had_half_written_are_cleared(tmp_path):
    month(tmp_path, "2026-10", "a")
    (tmp_path / "2026-10" / "tables" / ".a.html.0123abcd").touch()
    (tmp_path / ".index.html.0123abcd").touch()
    (tmp_path / ".keep").touch()

    with publish.locked(tmp_path):
        pass

    assert sorted(path.name for path in tmp_path.glob(".*")) == [".keep", ".lock", ".work"]
    assert published(tmp_path) == ["2026-10/run.json", "2026-10/tables/a.csv"]
