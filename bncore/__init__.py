"""BatchNorm Lab's engine: batch normalization in NumPy, twins over many seeds, every moment on record.

>>> from bncore import RunConfig, epochs_to, train
>>> history = train(RunConfig(seeds=2, epochs=5))
>>> epochs_to(history, 0.6).shape
(2,)
"""

from bncore.config import Arm, Experiment, RunConfig, Spec, format_value, parse_value
from bncore.data import Dataset, load_data
from bncore.divergence import Divergence
from bncore.errors import ConfigError
from bncore.history import History, frame_steps
from bncore.network import Layout, parameter_table
from bncore.norm import batch_norm_backward, batch_norm_forward, frozen_norm_forward, update_running
from bncore.probe import Pictures, picture_frames
from bncore.state import TrainState, init_state
from bncore.summary import epochs_to, first, median_interval, quantile
from bncore.train import advance, train

__all__ = [
    "Arm",
    "ConfigError",
    "Dataset",
    "Divergence",
    "Experiment",
    "History",
    "Layout",
    "Pictures",
    "RunConfig",
    "Spec",
    "TrainState",
    "advance",
    "batch_norm_backward",
    "batch_norm_forward",
    "epochs_to",
    "first",
    "format_value",
    "frame_steps",
    "frozen_norm_forward",
    "init_state",
    "load_data",
    "median_interval",
    "parameter_table",
    "parse_value",
    "picture_frames",
    "quantile",
    "train",
    "update_running",
]
