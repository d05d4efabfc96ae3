"""What a lesson looks like: cards, the steps of its page, slides and worksheets, as HTML; no streamlit."""
