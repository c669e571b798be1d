"""`python -m bridge` is the command `bridge`."""

from bridge.cli.main import app

if __name__ == "__main__":
    app()
