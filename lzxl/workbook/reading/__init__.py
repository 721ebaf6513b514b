"""Reading: from the bytes of a file to a submission. Nothing here trusts the file; all of it runs in the sandbox."""
