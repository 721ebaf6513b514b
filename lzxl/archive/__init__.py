"""The archive of a year: what is put into it, how it is sealed, and how it is checked when nobody of today is there to ask."""
