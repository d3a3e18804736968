"""What all tests share."""

pytest_plugins = ["pytester"]

#: Needs environments of its own, which ``python3 dev.py libraries`` makes and then names it.
collect_ignore = ["test_libraries.py"]
