"""``python -m ctxwatch``."""

from __future__ import annotations

import sys

from ctxwatch.cli import main

sys.exit(main())
