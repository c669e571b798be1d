"""What the simulated shops have alike: a web server on loopback, replies, and faults to arm."""
