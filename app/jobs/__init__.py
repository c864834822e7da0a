"""What workers do, one file a matter; each job may be run twice."""
