"""What the deployment folder says, parsed into domain values; every mistake with file and line."""
