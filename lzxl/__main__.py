"""`python -m lzxl` is the same as `lzxl`."""

from lzxl.cli.main import main

if __name__ == "__main__":
    main()
