"""Pictures of flows and of how their screens fare, for people to read. Pure: they see the engine, and draw text."""
