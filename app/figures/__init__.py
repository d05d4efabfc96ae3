"""Pictures: numbers in, figures out; no streamlit."""
