"""Bring the customers of an accounting system into line with a spreadsheet of edits.

As a library: `from sync import check, preview, run, apply, resume, undo, export` (see docs/library.md).
"""

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sync.library import Result as Result
    from sync.library import apply as apply
    from sync.library import check as check
    from sync.library import export as export
    from sync.library import preview as preview
    from sync.library import resume as resume
    from sync.library import run as run
    from sync.library import undo as undo

__version__ = "0.1.0"

_LIBRARY = ("Result", "apply", "check", "export", "preview", "resume", "run", "undo")


class _Package(ModuleType):
    """This package: the functions of the library are imported when somebody asks for them, since that takes a second.

    `sync.export` is the function, though there is a folder of this name: Python puts a folder's module into its package
    when it is imported, and here the function stays. `from sync.export import …` finds the folder all the same.
    """

    def __getattr__(self, name: str) -> Any:
        if name not in _LIBRARY:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        from sync import library

        return getattr(library, name)

    def __setattr__(self, name: str, value: object) -> None:
        if not (name in _LIBRARY and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
