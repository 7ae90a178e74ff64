"""Measures question-answering systems over labelled questions: figures, intervals, reports, and a gate."""
