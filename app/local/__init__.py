"""One machine, one command: embedded PostgreSQL and Valkey, the processes of Izwi and what keeps them together."""
