"""Where the instance is reached: by the gateway, by people, by programs."""

from collections.abc import Mapping

import click

from app.cli import show
from app.cli.given import Given, as_json, pass_given
from app.config import Settings


def addresses(settings: Settings) -> Mapping[str, str]:
    """Every address by name; those for the gateway hold the current token."""
    base = settings.public_url
    at = f"{base}/at/{settings.webhook_tokens[0]}"
    return {
        "ussd": f"{at}/ussd",
        "ussd_end": f"{at}/ussd/end",
        "sms": f"{at}/sms",
        "delivery": f"{at}/delivery",
        "optout": f"{at}/optout",
        "console": f"{base}/console/",
        "simulator": f"{base}/simulator",
        "wards": f"{base}/wards",
        "health": f"{base}/healthz",
    }


@click.command()
@as_json
@pass_given
def urls(given: Given, as_json: bool) -> None:
    """Print the addresses of this instance. Those for the gateway hold a secret token.

    \b
    Example: scripts/izwi urls --json
    """
    show.facts(addresses(given.settings), as_json)
