# remedy: subprocess.Popen
import json
import subprocess
import sys

from collecting import Finished
from tracing import finished, report, tracer


def convert():
    with tracer.start_as_current_span("convert image"):
        pass
    print("converted")
    with open(sys.argv[1], "w", encoding="utf-8") as file:
        json.dump(finished(), file)


def upload(command):
    with tracer.start_as_current_span("POST /images"):
        # hand-off
        subprocess.run(command, check=True)
        # end of hand-off


if __name__ == "__main__":
    if sys.argv[1:]:
        convert()
    else:
        home = f"{__file__}.json"
        upload([sys.executable, __file__, home])
        with open(home, encoding="utf-8") as file:
            report([Finished(*span) for span in json.load(file)])
