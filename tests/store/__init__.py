"""What every store has to do, and what is SQLite's own about this one."""
