"""The page "Why it works": numbers in, words and pictures out; no streamlit."""
