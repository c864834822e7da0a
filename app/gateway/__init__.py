"""The telecom side: what carriers say and take, behind one face."""
