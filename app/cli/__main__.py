"""`python -m app.cli`."""

from app.cli.main import izwi, main

__all__ = ["izwi", "main"]

if __name__ == "__main__":
    main()
