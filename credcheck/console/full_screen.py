"""A display on the alternate screen, drawn by rich."""

from collections.abc import Callable, Mapping
from io import StringIO

from rich.console import ConsoleDimensions, RenderableType
from rich.live import Live

from credcheck.console.display import Display
from credcheck.render import drawing
from credcheck.system import streams
from credcheck.system.terminal import Terminal


class FullScreen(Display):
    """A display on the whole alternate screen of stdout (1) or stderr (2).

    A frame that a resized window has clipped lasts until the next one (rich 15 in tmux), so nothing is done about it.
    """

    def __init__(
        self, descriptor: int, screen: Callable[[Terminal], RenderableType], environment: Mapping[str, str]
    ) -> None:
        super().__init__(descriptor, environment)
        self._screen = screen
        self._console = drawing.console(self.terminal, _Stream(descriptor))
        self._live = Live(
            console=self._console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False
        )

    def _show(self, terminal: Terminal) -> None:
        shown = self._screen(terminal)
        self._console.size = ConsoleDimensions(terminal.width or 1, terminal.height or 1)
        self.is_shown = True
        self._live.start()
        self._live.update(shown, refresh=True)

    def _erase(self) -> None:
        self._live.stop()


class _Stream(StringIO):
    """A standard stream for rich; a frame like the one before is not written again."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._deliver = streams.deliver if descriptor == 1 else streams.tell
        self._latest = ""

    def write(self, text: str) -> int:
        if text != self._latest:
            self._latest = text
            self._deliver(text)
        return len(text)
