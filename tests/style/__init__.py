"""How our code reads, held by tests: lengths, names, banned words, walls, locks and deployment files."""
