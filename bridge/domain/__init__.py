"""What is true: contract, money, states, checks, problems. Pure: no clock, no file, no database; imports nothing of ours."""
