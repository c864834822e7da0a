"""What is kept: tables and queries in PostgreSQL, open sessions in Redis, the spool on disk."""
