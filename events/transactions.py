"""Telling one transaction from another: for what is worth remembering only as long as it is the same."""

from __future__ import annotations

from django.db import connection


def this_transaction() -> object:
    """The same object (`is`) for as long as the transaction goes on.

    Django begins a new list of what to do on commit whenever a transaction ends, or goes back to a savepoint:
    the same list is the same transaction.
    """
    return connection.run_on_commit
