"""Runs that go on without a terminal: a host process keeps one, and lets dashboards at it."""
