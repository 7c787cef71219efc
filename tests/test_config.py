"""segment.toml: what it may say, and the sentence for each thing that it may not."""

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from segment import config
from segment.company import Company, ReportRules
from segment.config import Settings
from segment.data import SourceRules
from segment.data.rules import ExcludeRule
from segment.errors import ConfigError
from segment.playbook import Play
from segment.prospects import GradeRules
from segment.schemes.pareto import ParetoRules

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / config.FILE_NAME
EXAMPLES = sorted((ROOT / "examples").glob("*/segment.toml"))


@pytest.fixture
def write(tmp_path):
    """Write a segment.toml and return its path."""

    def written(content: str | bytes) -> Path:
        path = tmp_path / config.FILE_NAME
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


# --------------------------------------------------------------- the file that is shipped


def keys(section: str) -> set[str]:
    """The keys of a section of the shipped file, those behind a # too."""
    text = SHIPPED.read_text(encoding="utf-8")
    heads = r"^(?:# )?\[\[?{}\]\]?.*$"
    part = re.split(heads.format(re.escape(section)), text, maxsplit=1, flags=re.MULTILINE)[1]
    body = re.split(r"^(?:# )?\[", part, maxsplit=1, flags=re.MULTILINE)[0]
    return set(re.findall(r"^(?:# )?(\w+) = ", body, flags=re.MULTILINE))


EVERY = {name: kind for name, kind in config.RULES.items() if name != "playbook"} | {
    "playbook.plays": Play,
    "prospects.grades": GradeRules,
    "data.transactions": SourceRules,
}


@pytest.mark.parametrize("section", EVERY)
def test_the_shipped_file_shows_every_key_and_no_other(section):
    own = {
        item.name
        for item in dataclasses.fields(EVERY[section])
        if not dataclasses.is_dataclass(item.type)  # a section of its own below this one
    }
    assert keys(section) == own


def test_the_shipped_values_are_the_defaults():
    shipped, defaults = config.load(SHIPPED), Settings()

    for name in config.RULES:
        default = getattr(defaults, name)
        if isinstance(default, ParetoRules):  # left empty, they are the usual ones
            default = dataclasses.replace(default, shares=default.lines)
        if name == "prospects":  # what can be changed is the sample company's own
            default = dataclasses.replace(default, actionable=shipped.prospects.actionable)
        if name not in ("company", "report"):
            assert getattr(shipped, name) == default, name
    assert shipped.report.notebook_seconds == defaults.report.notebook_seconds
    assert shipped.report.folder == ROOT / defaults.report.folder
    assert shipped.data_folder == ROOT / defaults.data_folder


def test_the_examples_behind_a_number_sign_could_be_used(write):
    """Without their # the lines are read and kept to the rules; floors stand for shares."""
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    example = re.compile(r"# (?!floors)(\[|\w+ = )")
    bare = [line.removeprefix("# ") if example.match(line) else line for line in lines]
    settings = config.load(write("\n".join(bare)))

    assert settings.sources["transactions"].refund_prefix == "C"
    assert settings.prospects.horizon_days == 180


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_every_example_is_read(path):
    assert "transactions" in config.load(path).sources


# --------------------------------------------------------------- where it is, and what it is


def test_without_a_file_everything_has_its_default():
    assert config.load(None) == Settings()


def test_an_empty_file_leaves_the_defaults_and_looks_beside_itself(write):
    path = write("")
    settings = config.load(path)

    assert settings.clv == Settings().clv
    assert settings.data_folder == path.parent
    assert settings.report.folder == path.parent / "reports"
    assert settings.path == path


def test_the_nearest_file_above_is_found(tmp_path):
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "segment.toml").touch()

    assert config.find(inner) == tmp_path / "segment.toml"
    (inner / "segment.toml").mkdir()  # a folder is none
    assert config.find(inner) == tmp_path / "segment.toml"
    (tmp_path / "a" / "segment.toml").touch()
    assert config.find(inner) == tmp_path / "a" / "segment.toml"


def test_paths_are_relative_to_the_file_and_not_to_where_one_stands(write, monkeypatch, tmp_path):
    path = write('[data]\nfolder = "in/raw"\n[report]\nfolder = "../out"\n')
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    settings = config.load(Path("..") / path.name)

    assert settings.data_folder == tmp_path / "in" / "raw"
    assert settings.report.folder.resolve() == tmp_path.parent / "out"


def test_a_path_from_the_root_and_one_from_home_stay_what_they_are(write, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    settings = config.load(write(f'[data]\nfolder = "~/in"\n[report]\nfolder = "{tmp_path}/r"\n'))

    assert settings.data_folder == tmp_path / "home" / "in"
    assert settings.report.folder == tmp_path / "r"


def test_a_mark_of_the_byte_order_is_no_fault(write):
    assert config.load(write(b"\xef\xbb\xbf[clv]\nseed = 7\n")).clv.seed == 7


def test_chinese_in_the_file_is_read(write):
    assert config.load(write('[company]\nname = "鹿鸣商贸"\n')).company.name == "鹿鸣商贸"


def test_a_section_keeps_its_own_defaults_beside_what_is_said(write):
    settings = config.load(write("[abc_heads]\nshares = [0.1, 0.2, 0.7]\n"))

    assert (settings.abc_heads.by, settings.abc_heads.label) == ("heads", "key_class")
    assert settings.abc_heads.shares == (0.1, 0.2, 0.7)
    assert settings.abc == Settings().abc


def test_rules_of_a_table_are_read_and_nested_ones_too(write):
    text = """
    [data.transactions]
    files = ["a.csv", "b.csv"]
    columns = { amount = "Net", date = ["Posted", "Day"] }
    values = { currency = { "€" = "EUR" } }
    exclude = [{ column = "product_id", values = ["POST"], reason = "postage" }]
    """
    rules = config.load(write(text)).sources["transactions"]

    assert rules.patterns == ("a.csv", "b.csv")
    assert rules.columns == {"amount": "Net", "date": ("Posted", "Day")}
    assert rules.exclude == (ExcludeRule(column="product_id", values=("POST",), reason="postage"),)


# --------------------------------------------------------------- what it may not be or say


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[clv\n", r"is not valid TOML: .*line 1"),
        ("seed = 1\nseed = 2", "is not valid TOML"),
        ("[clv]\nname = “x”", "is not valid TOML"),
        (b"\xff\xfe[\x00c\x00", "is not valid TOML: .*utf-8"),  # UTF-16
        ("[tier]\nby = 'x'", r"unknown section \[tier\] \(did you mean 'tiers'\?\)\. The sections"),
        ("[zzz]", r"unknown section \[zzz\]\. The sections are company, .*data\."),
        ("zzz = 1", r"unknown section \[zzz\]"),
        ("clv = 3", r"clv is a section: write \[clv\] above its keys"),
        ("[[clv]]\nseed = 3", r"clv is a section: write \[clv\]"),
        ("data = 3", r"data is a section: write \[data\]"),
        ("[data]\ntransactions = 'a.csv'", r"data\.transactions is a section"),
        ("[data]\nfolder = 3", r"data\.folder is 3; it is text in quotation marks"),
        ("[data.custmers]", r"unknown table \[data\.custmers\] \(did you mean 'customers'"),
        ("[data.zzz]", r"unknown table \[data\.zzz\]\. The tables are transactions, "),
        ("[clv]\nhorizn_days = 3", r"clv\.horizn_days is not known \(did you mean 'horizon_days'"),
        ("[clv]\nzzz = 3", r"clv\.zzz is not known\. The keys are horizon_days, "),
        ("[data.costs]\nfile = 'x'", r"data\.costs\.file is not known \(did you mean 'files'"),
        ("[clv]\nhorizon_days = '365'", 'is "365"; it is a whole number, without quotation marks'),
        ("[clv]\nhorizon_days = 1.5", r"is 1\.5; it is a whole number\.$"),
        ("[clv]\nhorizon_days = true", r"is true; it is a whole number\.$"),
        ("[clv]\ninterval = '0.8'", "it is a number, without quotation marks"),
        ("[clv]\ninterval = nan", r"\[clv\]: .*is nan"),
        ("[clv]\ninterval = 1.0", r"\[clv\]: .*lies between 0.5 and 0.99"),
        ("[clv]\npurchase_model = 'bgnbd'", "should be 'auto', 'bg_nbd', .* or 'nbd'"),
        ("[tiers]\nshares = [0.5, 'a']", r'tiers\.shares \(number 2\) is "a"; it is a number'),
        ("[tiers]\nshares = 0.5", "it is a list in square brackets"),
        ("[report]\nfolder = 3", r"report\.folder is 3; it is text"),
        ("[company]\nname = 2026-01-01", r"\[company\]: 2026-01-01 is a day"),
        ("[data.costs]\nfiles = 5", "files is 5; it is text in quotation marks, or a list of such"),
        ("[data.costs]\nvalues = { a = 'x' }", r"values\.a is \"x\"; it is a table"),
        ("[data.costs]\nexclude = [{ column = 'a' }]", r"exclude \(number 1\)\.reason is missing"),
        (
            "[data.costs]\nexclude = [{ colum = 'a', reason = 'b', values = ['c'] }]",
            r"exclude \(number 1\)\.colum is not known \(did you mean 'column'.*values, pattern\.",
        ),
        (
            "[[playbook.plays]]\nreson = 'mvc'",
            r"plays \(number 1\)\.reson is not known \(did you mean 'reason'.*due_days, stake\.",
        ),
    ],
)  # fmt: skip
def test_what_it_cannot_mean_is_said_with_place_and_remedy(write, content, said):
    with pytest.raises(ConfigError, match=said) as problem:
        config.load(write(content))
    assert "segment.toml" in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize("name", ["segment.toml", "."])
def test_a_file_that_is_not_there_is_said(tmp_path, name):
    with pytest.raises(ConfigError, match=r"no config file .*name one with --config"):
        config.load(tmp_path / name)


# --------------------------------------------------------------- the company and the report


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"name": " "}, "name is ' '; it must be a name"),
        ({"language": "de"}, "language is 'de'; it is one of en, zh"),
        ({"language": "EN"}, r"did you mean 'en'"),
        ({"time_zone": "Europe/Lonon"}, "time_zone is 'Europe/Lonon'.*'Europe/London'"),
        ({"time_zone": "Europe"}, "which is no time zone"),  # a folder of zones
        ({"time_zone": "../etc"}, "which is no time zone"),
        ({"time_zone": ""}, "which is no time zone"),
        ({"currency": "eur"}, "currency is 'eur'; write its three-letter code"),
        ({"currency": "EURO"}, "three-letter code"),
        ({"currency": "ÄÖÜ"}, "three-letter code"),
        ({"currency": "E1R"}, "three-letter code"),
    ],
)
def test_a_company_has_a_name_a_language_a_zone_and_a_currency(values, said):
    with pytest.raises(ConfigError, match=said):
        Company(**values)


@pytest.mark.parametrize("seconds", [0, -1, 1.5, True])
def test_a_notebook_may_take_a_second_or_more(seconds):
    with pytest.raises(ConfigError, match="notebook_seconds is"):
        ReportRules(notebook_seconds=seconds)
    assert ReportRules(notebook_seconds=1).notebook_seconds == 1


def test_settings_cannot_be_changed_after_they_were_read():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().clv = None


def test_a_shipped_section_is_one_that_is_known():
    content: dict[str, Any] = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))

    assert set(content) == {*config.RULES, "data"}


# --------------------------------------------------------------- labels that must fit together


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('[tiers]\nlabel = "value_group"\n', r"\[tiers\] has the label 'value_group', which"),
        ('[abc_heads]\nlabel = "abc_class"\n', r"\[abc_heads\] has the label 'abc_class', which"),
        (
            '[[playbook.plays]]\nreason = "mvc"\nwhen = { value_group = ["TOP"] }\n'
            'due_days = 1\nstake = "actual_value"\n',
            "The play 'mvc' waits for value_group 'TOP', which is never given",
        ),
    ],
)
def test_labels_that_clash_and_codes_that_are_never_given_are_refused(write, content, said):
    with pytest.raises(ConfigError, match=said):
        config.load(write(content))


def test_a_play_may_wait_for_a_label_of_another_name(write):
    content = (
        '[tiers]\nlabel = "rank"\n[[playbook.plays]]\nreason = "mvc"\n'
        'when = { rank = ["VIP"] }\ndue_days = 1\nstake = "actual_value"\n'
    )

    assert config.load(write(content)).tiers.label == "rank"
