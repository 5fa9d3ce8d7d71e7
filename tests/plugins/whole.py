"""Where SKIPS_FAIL is set, as in continuous integration, a test that was skipped fails the run."""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("SKIPS_FAIL") and reporter and reporter.stats.get("skipped") and not session.exitstatus:
        reporter.write_line("Some tests were skipped, and SKIPS_FAIL is set.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
