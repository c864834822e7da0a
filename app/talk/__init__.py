"""Talks: scripted conversations that any deployment can be asked to hold, and the manners of gateways as data."""
