"""A real browser under the control of a test, by the DevTools protocol over a pipe: no port, no further library."""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
#: key -> its number on Windows and the text it writes, of keys that do not write what they are called
KEYS = {"Tab": (9, ""), "Enter": (13, "\r"), "Escape": (27, ""), "Backspace": (8, "")}
KEYS |= {"ArrowLeft": (37, ""), "ArrowRight": (39, "")}
SHIFT = 8


class Browser:
    """One page of a browser: it is asked, and keys are pressed in it; what it says and asks for is kept."""

    def __init__(self, commands, replies):
        self._commands, self._replies, self._number, self.events = commands, replies, 0, []
        target = self.call("Target.createTarget", session=None, url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", session=None, targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method, session="page", **params):
        """Call a method of the protocol and wait for its result; events on the way are kept."""
        self._number += 1
        about = {"sessionId": self._session} if session else {}
        message = json.dumps({"id": self._number, "method": method, "params": params} | about)
        self._commands.write(message.encode() + b"\0")
        self._commands.flush()
        while (reply := self._read()).get("id") != self._number:
            self.events.append(reply)
        assert "error" not in reply, reply
        return reply["result"]

    def _read(self):
        text = bytearray()
        while (byte := self._replies.read(1)) != b"\0":
            assert byte, "the browser has gone"
            text += byte
        return json.loads(text)

    def open(self, page):
        """Go to a file and wait until it is loaded."""
        self.events.clear()
        self.call("Page.navigate", url=page.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._read())
        return self

    def ask(self, expression):
        """Evaluate JavaScript in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def wait(self, condition, seconds=120):
        """Wait until JavaScript holds in the page."""
        end = time.monotonic() + seconds
        while not self.ask(condition):
            assert time.monotonic() < end, condition
            time.sleep(0.02)

    def press(self, *keys, shift=False):
        """Press keys one after the other, as a keyboard does."""
        for key in keys:
            number, text = KEYS.get(key, (ord(key.upper()[0]), key))
            about = {"key": key, "windowsVirtualKeyCode": number, "modifiers": SHIFT if shift else 0}
            self.call("Input.dispatchKeyEvent", type="keyDown", **about, **({"text": text} if text else {}))
            self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def look(self, width, height=900, dark=False, media=""):
        """Set the size of the window in CSS pixels, the scheme of colours and the medium."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", media=media, features=[scheme])

    def picture(self, whole=False):
        """Take a PNG of the window, or of the whole page."""
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=whole)["data"])

    def paper(self):
        """Print to a PDF of A4 pages."""
        size = {"paperWidth": 8.27, "paperHeight": 11.69}
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True, **size)["data"])

    def save(self, folder):
        """Let downloads go into a folder."""
        self.call("Browser.setDownloadBehavior", session=None, behavior="allow", downloadPath=str(folder))

    @property
    def said(self):
        """What stands on the console: calls, errors that nobody caught, and the browser's own complaints."""
        kinds = ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded")
        return [event["params"] for event in self.events if event["method"] in kinds]

    @property
    def requests(self):
        """The addresses asked for, but for the page itself and what lies within it."""
        asked = [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]
        return [url for url in asked[1:] if not url.startswith("data:")]


@contextmanager
def browser(folder) -> Iterator[Browser]:
    """Start a browser whose profile lies in a folder."""
    (theirs, commands), (replies, answers) = os.pipe(), os.pipe()
    command = [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", "--remote-debugging-pipe"]
    # the browser reads commands from descriptor 3 and writes to 4
    shell = ["bash", "-c", f'exec "$@" 3<&{theirs} 4>&{answers}', "bash", *command]
    with subprocess.Popen(shell, pass_fds=(theirs, answers), stderr=subprocess.DEVNULL) as process:
        os.close(theirs)
        os.close(answers)
        with os.fdopen(commands, "wb") as to, os.fdopen(replies, "rb") as back:
            try:
                yield Browser(to, back)
            finally:
                process.terminate()
