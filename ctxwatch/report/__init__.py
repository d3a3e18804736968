"""Reads the logs of any number of processes and shows what they found.

Nothing here runs inside a watched program. It needs the packages of the extra
``report``; `ctxwatch.cli.extras` says so where they are missing.
"""
