"""What keeps a command from its work."""

import click


class Trouble(click.ClickException):
    """Something that a person can mend: said on stderr in a line, or a line a fault; exit code 1."""

    def show(self, file: object = None) -> None:
        """Says it."""
        click.echo(f"izwi: {self.message}", err=True)
