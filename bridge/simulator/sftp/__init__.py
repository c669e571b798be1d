"""A simulated SFTP server with faults to arm."""
