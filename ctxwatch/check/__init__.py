"""Decides whether what the logs say is acceptable: settings, a baseline, and the gate itself."""
