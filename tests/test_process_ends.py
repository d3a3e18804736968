"""What another thread is about to write when the process ends is in the summary, too."""

from __future__ import annotations

import sys
import threading

from ctxwatch.recorder import Recorder


class Log:
    """A listener, in whose `found` a thread stays until the end of the process waits for it."""

    def __init__(self):
        self.events = []
        self.writing = threading.Event()
        self.ending = None

    def found(self, finding):
        self.writing.set()
        while self.ending is None or (self.ending.is_alive() and not self.is_waited_for()):
            pass
        self.events.append(finding)

    def is_waited_for(self):
        frame = sys._current_frames().get(self.ending.ident)
        while frame is not None and frame.f_code.co_name != "wait_for_others":
            frame = frame.f_back
        return frame is not None

    def process_ends(self):
        self.events.append("summary")


def test_the_summary_waits_for_a_thread_that_writes_a_finding():
    recorder = Recorder()
    log = recorder.listener = Log()

    def decide():
        with recorder.deciding:
            recorder.found("finding")

    deciding = threading.Thread(target=decide)
    deciding.start()
    log.writing.wait()
    ending = threading.Thread(target=recorder.process_ends)
    ending.start()
    log.ending = ending
    ending.join()
    deciding.join()
    assert log.events == ["finding", "summary"]
