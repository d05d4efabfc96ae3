"""The pages: one file each, thin."""
