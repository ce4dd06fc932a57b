"""Learns the weights of `bot.understanding` from the phrases in `data/phrases`. Not part of what is installed."""
