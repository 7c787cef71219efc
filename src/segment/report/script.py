"""The one script that a page may run: our own, admitted by its SHA-256 and by nothing else.

The policy and the page take the very same text, so that a changed letter stays admitted and a
letter of anybody else's never is. Source: Content Security Policy Level 3, section 6.7.3.3.
"""

import base64
import hashlib
from pathlib import Path

SOURCE = Path(__file__).parent / "template" / "page.js"


def packed(source: str) -> str:
    """Return a script without its indents and the lines that only comment: pages carry it."""
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


TEXT = packed(SOURCE.read_text(encoding="utf-8"))


def policy(text: str = TEXT) -> str:
    """Return a Content-Security-Policy under which `text` is the only script that runs."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; img-src data:; "
        "style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
    )
