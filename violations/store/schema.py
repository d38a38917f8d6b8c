"""Every table there is: whoever compares, migrates or grants must have seen all the modules that declare some."""

from violations.store import account_tables, audit_tables, case_tables, tables

MODULES = (tables, account_tables, audit_tables, case_tables)
METADATA = tables.Base.metadata
