"""Contract suites: what every store, transport and profile promises. A third party inherits one and brings its part."""
