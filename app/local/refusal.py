"""What keeps Izwi from running here."""


class Refusal(Exception):
    """One line for the person at the terminal: what is wrong and what to do."""
