#!/usr/bin/env python
"""Django's command line, with the desk's own servers where no others are configured."""

import os
import sys

from helpdesk import embedded


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
    try:
        embedded.provide()
    except embedded.EmbeddedServerError as error:
        sys.exit(f"{error}")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
