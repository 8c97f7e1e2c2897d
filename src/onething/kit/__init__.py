"""Tools without domain words: transactions, errors, hashes, calendars, numbers, documents."""
