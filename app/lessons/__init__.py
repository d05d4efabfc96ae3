"""One claim about batch normalization a file: predicted, run over many seeds, and compared; no streamlit."""
