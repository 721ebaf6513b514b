"""What the files of `schemas/` may say: every key, its type and the values that it may have, as pydantic models.

One file here for each kind of file there. These models judge the files and are published as JSON schemas (docs/schema/) for an
editor's completion; `lzxl.forms.load` makes the forms themselves. What one file says of another is checked in
`lzxl.forms.sound`. Imported only when a file of `schemas/` is not known to be sound, since pydantic takes longer to import than
the files take to read.
"""
