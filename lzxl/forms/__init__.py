"""Forms, vocabularies, grading and findings: what every other room is built on. Pure: reads only `schemas/`."""
