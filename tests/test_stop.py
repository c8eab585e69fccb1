"""What stops a run."""

import pytest

from sync.stop import StopSignal


@pytest.mark.parametrize(("stop_after", "told"), [(1, "1 row failed"), (3, "3 rows failed one after another")])
def test_so_many_rows_that_fail_one_after_another_stop_the_run(stop_after: int, told: str) -> None:
    stop = StopSignal(stop_after)
    for failed in (*[True] * (stop_after - 1), False, *[True] * (stop_after - 1)):
        stop.row_finished(failed=failed)
    assert not stop.is_set
    stop.row_finished(failed=True)
    assert str(stop.reason) == told
