"""Bytes into text: which encoding a file is in, found by its marks or by what decodes.

UTF-8 decodes by accident almost never and is asked first. GB18030 decodes nearly anything, so
it is believed only where most of what it yields are everyday Chinese characters (GB 2312):
Western European text read as GB18030 yields rare ones.
"""

import codecs

from segment.data.rules import AUTO
from segment.errors import DataError

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE_BYTES = 4096
# Latin letters in UTF-16 are half NUL bytes; a text with a fourth of them still has many.
UTF16_NUL_SHARE = 0.25


def decode(content: bytes, encoding: str, file: str) -> str:
    """Return the text of a file with its line ends made plain.

    Raises:
        DataError: The bytes are not text, or not in the declared encoding.
    """
    text = _declared(content, encoding, file) if encoding != AUTO else _found(content, file)
    if "\0" in text:
        raise DataError(
            f"{file} holds NUL bytes, which text does not: it is damaged, or another kind of "
            "file. Export it again as CSV in UTF-8, or as Excel or Parquet."
        )
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _declared(content: bytes, encoding: str, file: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeError as error:
        place = f" at byte {error.start + 1}" if isinstance(error, UnicodeDecodeError) else ""
        raise DataError(
            f"{file} is not in the encoding {encoding}{place}; name the right one as encoding in "
            'segment.toml, or try "auto".'
        ) from None


def _found(content: bytes, file: str) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _declared(content, encoding, file)
    head = content[:SAMPLE_BYTES]
    for start, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[start::2].count(0) > UTF16_NUL_SHARE * len(head):
            return _declared(content, encoding, file)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = error.start
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if _is_everyday_chinese(text):
        return text
    line = content.count(b"\n", 0, place) + 1
    raise DataError(
        f"{file} is neither UTF-8 (line {line} is not) nor Chinese GB18030; name its encoding in "
        'segment.toml, for Western European files usually encoding = "cp1252".'
    )


def _is_everyday_chinese(text: str) -> bool:
    n_ascii = len(text.encode("ascii", errors="ignore"))
    n_everyday = (len(text.encode("gb2312", errors="ignore")) - n_ascii) / 2  # two bytes each
    return n_everyday > (len(text) - n_ascii) / 2
