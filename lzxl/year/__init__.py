"""The year's work as pure functions over facts: what was decided, scored and done, and what follows from it on which day."""
