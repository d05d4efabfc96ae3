"""A class in front of the real server: light clients and a few real browsers, bounded in count and time, on this machine."""
