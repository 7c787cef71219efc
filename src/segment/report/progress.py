"""What a person at the terminal sees of a run: a line a step, with its time.

A step that is under way turns a spinner on a terminal; one that has ended is a line for good.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn

DONE, FAILED, LEFT = "[green]✓[/]", "[red]✗[/]", "[dim]–[/]"


class Elapsed(TextColumn):
    """Seconds of a step so far."""

    def __init__(self) -> None:
        super().__init__("{task.elapsed:.1f} s", justify="right", style="dim")


class Steps:
    """The lines of one run; made by `steps`.

    `failed_at` is the step that failed first: the others of a run are stopped by it.
    """

    def __init__(self, bar: Progress, before: str = "") -> None:
        self._bar, self._before = bar, before
        self._is_left = False
        self.failed_at = ""

    def of(self, month: str) -> "Steps":
        """Return the steps of one month among several that are under way."""
        return Steps(self._bar, f"{month}  ")

    def leave(self) -> None:
        """Say that what is still under way is stopped through no fault of its own."""
        self._is_left = True

    @contextmanager
    def step(self, words: str, code: str = "") -> Iterator[None]:
        """Show a step for as long as the block takes, and whether it came through.

        `code` is what a failure is told by; without one it is the words.
        """
        named, started = code or words, time.monotonic()
        words = escape(self._before + words)
        task = self._bar.add_task(words, total=None)
        try:
            yield
        except BaseException:
            self.failed_at = self.failed_at or named
            self._end(task, words, LEFT if self._is_left else FAILED, started)
            raise
        self._end(task, words, DONE, started)

    def say(self, words: str) -> None:
        """Write a line of its own above the steps that are under way."""
        self._bar.console.print(escape(words), highlight=False, soft_wrap=True)

    def _end(self, task: TaskID, words: str, mark: str, started: float) -> None:
        self._bar.remove_task(task)
        seconds = time.monotonic() - started
        self._bar.console.print(f"{mark} {words} ({seconds:.1f} s)", highlight=False)


@contextmanager
def steps(console: Console) -> Iterator[Steps]:
    """Show the steps of a run on `console`."""
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        Elapsed(),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        yield Steps(bar)
