"""What the tests of validation share."""

import pytest

from sync.contract.mapping import Mapping
from tests.support.given import mapping_of


@pytest.fixture(scope="module")
def mapping(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping:
    """The mapping file that stands at the head of the test file, as `MAPPING`."""
    return mapping_of(request.module.MAPPING, tmp_path_factory.mktemp("mapping"))
