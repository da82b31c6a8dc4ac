"""`python -m markscheme` is the command `markscheme`."""

from markscheme.cli.main import main

if __name__ == "__main__":
    main()
