"""The screen of BatchNorm Lab: controls, live pictures and pages. No arithmetic of the engine's."""
