"""Every table there is: whoever compares, migrates or grants must have seen all the modules that declare some."""

from violations.store import (
    account_tables,
    audit_tables,
    case_tables,
    desk_tables,
    journey_tables,
    retention_tables,
    scene_tables,
    tables,
)

MODULES = (
    tables,
    account_tables,
    audit_tables,
    case_tables,
    desk_tables,
    journey_tables,
    retention_tables,
    scene_tables,
)
METADATA = tables.Base.metadata
