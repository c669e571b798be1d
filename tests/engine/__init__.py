"""Tests of when and where the story runs, and of its logs."""
