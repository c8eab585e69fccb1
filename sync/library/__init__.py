"""The commands as functions: `from sync import check, preview, run, apply, resume, undo, export`.

Keyword arguments are named like the options of the command line (`max_changes=10` for `--max-changes 10`). The key, the
base URL and the state directory come from the environment, as there. Nothing is printed and nobody is asked.

What could not start raises an exception of `sync.errors`. A run that has begun always returns its Result, with the exit
code that the command would have had.
"""

from sync.library.functions import apply, check, export, preview, resume, run, undo
from sync.library.result import Result

__all__ = ["Result", "apply", "check", "export", "preview", "resume", "run", "undo"]
