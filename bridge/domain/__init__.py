"""What is true: contract, money, states, checks, problems. Pure: no clock, file or database, and nothing of ours."""
