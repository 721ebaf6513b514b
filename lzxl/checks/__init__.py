"""Checks: typed tables in, findings out. One small file for each family of rules; all errors at once, none masked."""
