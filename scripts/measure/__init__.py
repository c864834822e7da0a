"""Figures of a running Izwi: speed beside its limits, faults survived. Nothing here is a test."""
