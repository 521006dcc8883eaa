"""A keyboard-wedge scanner and a person at the keys, for a real browser.

Keys carry their own times, so that a scan is fast and a person slow however busy the machine is, and nothing sleeps.
"""

import time

from playwright.sync_api import CDPSession, Page

GS = "\u001d"
CONTROL, NO_MODIFIER = 2, 0


class Keys:
    """Sends key events to one page. Each burst begins ten seconds after the one before."""

    def __init__(self, page: Page) -> None:
        self._cdp: CDPSession = page.context.new_cdp_session(page)
        self._at = time.time()

    def scan(self, text: str, suffix: str = "Enter") -> None:
        """What a scanner sends: 5 ms between two keys, FNC1 as Ctrl+], then the suffix."""
        self._begin()
        for character in text:
            self.press("]", CONTROL) if character == GS else self.press(character)
        if suffix:
            self.press(suffix)

    def hotkey_in_scan(self, before: str, key: str, after: str) -> None:
        """A hostile code: a control character in the middle, which arrives as Ctrl and a letter."""
        self._begin()
        for character in before:
            self.press(character)
        self.press(key, CONTROL)
        for character in after:
            self.press(character)
        self.press("Enter")

    def type(self, text: str, enter: bool = False) -> None:
        """What a person types: 150 ms between two keys."""
        self._begin()
        for character in text:
            self.press(character, gap=0.15)
        if enter:
            self.press("Enter", gap=0.15)

    def enter(self) -> None:
        """Enter alone."""
        self._begin()
        self.press("Enter")

    def _begin(self) -> None:
        """Never before the present: a browser that is handed an event from before its page began, crashes."""
        self._at = max(self._at, time.time()) + 10

    def press(self, key: str, modifiers: int = NO_MODIFIER, gap: float = 0.005) -> None:
        """One key down and up."""
        self._at += gap
        event: dict[str, object] = {"key": key, "modifiers": modifiers, "timestamp": self._at}
        if key == "]" and modifiers:
            event |= {"code": "BracketRight", "windowsVirtualKeyCode": 221}
        elif key == "Enter":
            event |= {"code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        elif key == "Tab":
            event |= {"code": "Tab", "windowsVirtualKeyCode": 9}
        elif modifiers:
            event |= {"code": f"Key{key.upper()}", "windowsVirtualKeyCode": ord(key.upper())}
        elif key == " ":
            event |= {"code": "Space", "windowsVirtualKeyCode": 32, "text": " "}
        else:
            event |= {"text": key}
        self._cdp.send("Input.dispatchKeyEvent", {"type": "keyDown", **event})
        self._cdp.send("Input.dispatchKeyEvent", {"type": "keyUp", **{k: v for k, v in event.items() if k != "text"}})
