"""Whole classes: files of submissions, marked."""
