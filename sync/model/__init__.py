"""The values that pass between the stages.

Frozen, standard library only, and no behaviour beyond what a value knows about itself: a stage takes some of these and
returns others, so that the stages need not know each other.
"""

from sync.model.edits import (
    ABSENT,
    MISSING,
    REPLACED,
    Change,
    ChangeKind,
    Edit,
    EditColumn,
    EditContext,
    Missing,
    Record,
    Target,
)
from sync.model.runs import (
    Mode,
    RecordSummary,
    Requests,
    RowRecord,
    RunFacts,
    RunOptions,
    RunRecord,
    RunState,
)
from sync.model.sheet import (
    ADVICE_HEADERS,
    RESULTS_SHEETS,
    Cell,
    ExportMemory,
    Problem,
    RememberedRow,
    Row,
    Sheet,
    SheetWarning,
)

__all__ = [
    "ABSENT",
    "ADVICE_HEADERS",
    "MISSING",
    "REPLACED",
    "RESULTS_SHEETS",
    "Cell",
    "Change",
    "ChangeKind",
    "Edit",
    "EditColumn",
    "EditContext",
    "ExportMemory",
    "Missing",
    "Mode",
    "Problem",
    "Record",
    "RecordSummary",
    "RememberedRow",
    "Requests",
    "Row",
    "RowRecord",
    "RunFacts",
    "RunOptions",
    "RunRecord",
    "RunState",
    "Sheet",
    "SheetWarning",
    "Target",
]
