"""The bot's reminders at work in accelerated time, against a simulated Telegram: how much can this machine hold?"""
