"""Switches ctxwatch on in every Python process that finds this file.

Copy it into a directory that is on PYTHONPATH, or into the site-packages of a
virtual environment that has no sitecustomize.py yet. Set CTXWATCH=0 to switch
the watch off again without taking the file away.
"""

try:
    import ctxwatch.auto  # noqa: F401 - importing it is all there is to do
except ImportError:
    pass  # this interpreter has no ctxwatch: let the program run unwatched
