"""A campaign: one bureau, one period. Its folder, configuration, roster and ledger; what came in, and what it amounts to."""
