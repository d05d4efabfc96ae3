"""What a teacher's link says, and how it is handed to a class; no streamlit."""
