"""The live components: what a run becomes on its way to the browser, and where it is mounted there."""
