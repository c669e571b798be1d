"""The promises of every store, transport and profile, kept by each of ours."""
