"""The benchmarks: that they run and measure what they say. No test asserts a time."""
