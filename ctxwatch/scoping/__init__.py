"""Scopes: from the `attach` of a context to its `detach`, and what goes wrong between the two.

`runtime` sees every attach and detach and keeps the open ones, `misuse` works out what a
scope that went wrong means, from what `evidence` and `generators` read out of it and of the
code around it, and `remedies` mends it. `known` lists what OpenTelemetry's own
instrumentations leave open, `ledger` shows what is open now, by unit.
"""
