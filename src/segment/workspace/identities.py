"""Who customers and prospects are: on pages by name or by code, in lists as the rules say.

This is the one place where a name or identifier is made ready to be read; frames that are computed
with keep the identifiers.
"""

import os
import secrets
from pathlib import Path

import polars as pl

from segment import page, privacy
from segment.errors import ConfigError
from segment.page import Piece
from segment.privacy import FULL, MASKED
from segment.workspace.folder import OWN, Run
from segment.workspace.reading import table, with_owners

KEYS = ("customer_id", "prospect_id")
KEY_FILE = ".key"
# What people wrote about people: null on pages that name nobody.
REMARKS = ("kept_reason",)
# A cell that was set aside may hold a name in any column; without a letter it holds none.
LETTER = r"[\p{L}@]"


def with_names(frame: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Add name and owner for readers of a page: where pages are masked, the name is a code.

    Else it is the identifier where no name is known; a name that several customers have is
    followed by the identifier. Masked, what was written about a customer is null.
    """
    if _is_masked(run):
        told = without_remarks(frame, run)
        return told.with_columns(name=_codes(frame, "customer_id", run)).pipe(with_owners, run)
    return _named(frame, run).pipe(with_owners, run)


def masked(frame: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Put the codes in place of customer_id and prospect_id, where pages are masked."""
    if not _is_masked(run):
        return frame
    known = [key for key in KEYS if key in frame.columns]
    coded = frame.with_columns(_codes(frame, key, run).alias(key) for key in known)
    return without_remarks(coded, run)


def without_remarks(frame: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Take out what people wrote, where pages are masked: reasons, and cells that hold letters.

    `frame` may be the groups, passports, exceptions, or rows that were set aside (`rejected`).
    """
    if not _is_masked(run):
        return frame
    there = [name for name in REMARKS if name in frame.columns]
    told = frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in there)
    if "value" not in frame.columns or frame.schema["value"] != pl.String:
        return told
    is_named = pl.col("value").str.contains(LETTER) | pl.col("column").is_in(KEYS)
    return told.with_columns(value=pl.when(~is_named.fill_null(True)).then("value"))


def for_lists(frame: pl.DataFrame, run: Run) -> pl.DataFrame:
    """Return one row a customer or prospect with who it is, as lists may say it.

    In full lists there are the identifier and, of customers, the name; before them stands the
    code of the pages where these are masked. Masked lists hold the code alone. Who it is stands
    in place of the identifier, in the order of the frame.
    """
    key = next(key for key in KEYS if key in frame.columns)
    is_masked = run.settings.privacy.in_lists == MASKED
    told = frame if is_masked or key != "customer_id" else _named(frame, run)
    if is_masked or _is_masked(run):
        told = told.with_columns(code=_codes(told, key, run))
    who = ["code"] if is_masked else ["code", key, "name"]
    placed = [part for name in frame.columns for part in (who if name == key else [name])]
    order = [name for name in dict.fromkeys(placed) if name in told.columns]
    return told.select(name for name in order if not is_masked or name != "name")


def about_codes(run: Run) -> Piece:
    """Say where it stands who is behind a code; nothing where pages hold names."""
    if not _is_masked(run):
        return page.points([])
    where = "page.codes" if run.settings.privacy.in_lists == FULL else "page.codes_everywhere"
    return page.say(where, run.language)


def _is_masked(run: Run) -> bool:
    return run.settings.privacy.on_pages == MASKED


def _named(frame: pl.DataFrame, run: Run) -> pl.DataFrame:
    customers, alone = table(run, "customers"), frame.drop("name", strict=False)
    if customers is None:
        return alone.with_columns(name=pl.col("customer_id"))
    several = pl.format("{} ({})", "name", "customer_id")
    is_shared = pl.col("name").is_duplicated() & pl.col("name").is_not_null()
    names = customers.select("customer_id", name=pl.when(is_shared).then(several).otherwise("name"))
    named = alone.join(names, on="customer_id", how="left", maintain_order="left")
    return named.with_columns(name=pl.coalesce("name", "customer_id"))


def _codes(frame: pl.DataFrame, key: str, run: Run) -> pl.Series:
    return privacy.coded(frame[key].cast(pl.String), _key(run))


def _key(run: Run) -> bytes:
    """Return the key of the codes; the first who asks draws it.

    Raises:
        ConfigError: The file of the key holds none.
    """
    named = run.settings.privacy.key_file
    path = run.base / Path(named).expanduser() if named else run.reports / KEY_FILE
    if not path.exists():
        _draw(path)
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (ValueError, OSError):
        key = b""
    if len(key) != privacy.KEY_BYTES:
        raise ConfigError(
            f"{path} holds no key of {privacy.KEY_BYTES} bytes in hexadecimal, of which the codes "
            "of customers are made; put the kept one back. If it is lost, move the file away: a "
            "key is drawn anew, and every customer gets another code."
        )
    return key


def _draw(path: Path) -> None:
    """Draw a key into a file that is there whole or not at all; who comes second takes the first's.

    Raises:
        ConfigError: The file cannot be written.
    """
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.touch(mode=OWN)
        beside.write_text(secrets.token_hex(privacy.KEY_BYTES) + "\n", encoding="ascii")
        try:
            os.link(beside, path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
    except OSError as error:
        raise ConfigError(
            f"The key of the codes cannot be kept in {path} ({error.strerror}); name another place "
            "by key_file under [privacy]."
        ) from error
