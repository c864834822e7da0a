"""The conformance kit: scripted talks that any deployment can be asked to hold, and manners of gateways as data."""
