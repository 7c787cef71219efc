"""What a person at the terminal sees of a run: a line a step, with its time.

On a terminal a step that is under way turns a spinner; into a file or a pipe goes one plain line
when it has ended.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn

DONE, FAILED = "[green]✓[/]", "[red]✗[/]"


class Elapsed(TextColumn):
    """Seconds of a step, standing still once it has ended."""

    def __init__(self) -> None:
        super().__init__("{task.elapsed:.1f} s", justify="right", style="dim")


class Steps:
    """The lines of one run; made by `steps`.

    `failed_at` is the step that failed first, since the last one began: the others of a run are
    stopped by it.
    """

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self.failed_at = ""

    @contextmanager
    def step(self, words: str, code: str = "") -> Iterator[None]:
        """Show a step for as long as the block takes, and whether it came through.

        `code` is what a failure is told by; without one it is the words.
        """
        named, self.failed_at = code or words, ""
        words, started = escape(words), time.monotonic()
        task = self._bar.add_task(words, total=1, mark="")
        try:
            yield
        except BaseException:
            self.failed_at = self.failed_at or named
            self._end(task, words, FAILED, started)
            raise
        self._end(task, words, DONE, started)

    def say(self, words: str) -> None:
        """Write a line of its own above the steps that follow."""
        self._bar.console.print(escape(words), highlight=False, soft_wrap=True)

    def _end(self, task: TaskID, words: str, mark: str, started: float) -> None:
        self._bar.update(task, completed=1, mark=mark)
        if not self._bar.console.is_terminal:
            seconds = time.monotonic() - started
            self._bar.console.print(f"{mark} {words} ({seconds:.1f} s)", highlight=False)


@contextmanager
def steps(console: Console) -> Iterator[Steps]:
    """Show the steps of a run on `console`."""
    bar = Progress(
        SpinnerColumn(finished_text=" "),
        TextColumn("{task.fields[mark]}"),
        TextColumn("{task.description}"),
        Elapsed(),
        console=console,
        disable=not console.is_terminal,
    )
    with bar:
        yield Steps(bar)
