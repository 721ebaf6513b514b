"""Writing: standard workbooks built from the forms, stamped and filled for a unit, and marked returns."""
