"""The in-sheet functions: thin faces over the grading core and the checks, for every spreadsheet program that has them."""
