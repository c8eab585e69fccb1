"""The mapping of the package, for every test of an export."""

import pytest

from sync.contract.mapping import Mapping
from sync.mapping import load as mappings
from tests.support.exports import DEFAULT


@pytest.fixture
def mapping() -> Mapping:
    return mappings.load(DEFAULT)
