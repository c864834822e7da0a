"""A handset in the browser, to try Izwi without a network."""
