"""The demonstration: a sample bureau, its units' filled workbooks with faults as real ones have, and the whole year."""
