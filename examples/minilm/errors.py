"""The one exception that run.py turns into a one-line message."""


class UserError(Exception):
    """Something the person at the command line can put right; says how."""
