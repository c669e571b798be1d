"""The command `bridge`: parse, call one function, show. No decision is taken here."""
