"""Tests of profiles: loading, rendering, answers, registers, proofs."""
