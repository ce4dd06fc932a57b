"""What is kept: the named operations, and SQLite behind them."""
