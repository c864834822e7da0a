"""The engine: how a conversation goes. Pure: it knows screens and words, not cities, wires or clocks."""
