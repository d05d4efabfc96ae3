"""The page "Running statistics": numbers of the engine made into texts, formulas and pictures; no streamlit."""
