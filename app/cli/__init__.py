"""The operator's commands, one file a matter: `scripts/izwi COMMAND`, or `python -m app.cli COMMAND`."""
