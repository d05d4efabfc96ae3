"""BatchNorm Lab's engine: batch normalization in NumPy, twins over many seeds, every moment on record.

>>> from bncore import RunConfig, epochs_to, train
>>> history = train(RunConfig(seeds=2, epochs=5))
>>> epochs_to(history, 0.6).shape
(2,)
"""

from bncore.config import Arm, Experiment, RunConfig, Spec, format_value, parse_value
from bncore.container import StoreError
from bncore.data import Dataset, load_data
from bncore.divergence import Divergence
from bncore.errors import ConfigError
from bncore.fork import fork
from bncore.history import History, frame_steps
from bncore.losses import softmax_backward, softmax_forward, squared_backward, squared_forward
from bncore.network import Layout
from bncore.norm import batch_norm_backward, batch_norm_forward, frozen_norm_forward, update_running
from bncore.origin import Origin
from bncore.parts_norm import ghost_norm_forward, group_norm_forward, parts_norm_backward
from bncore.probe import Pictures, picture_frames
from bncore.renorm import renorm_backward, renorm_forward
from bncore.state import TrainState, init_state
from bncore.statistics import exact_statistics
from bncore.store import load, save
from bncore.summary import epochs_to, first, median_interval, quantile
from bncore.table import parameter_table
from bncore.table_text import Csv, TableError, parse_csv
from bncore.train import advance, advance_many, train, train_many

__all__ = [
    "Arm",
    "ConfigError",
    "Csv",
    "Dataset",
    "Divergence",
    "Experiment",
    "History",
    "Layout",
    "Origin",
    "Pictures",
    "RunConfig",
    "Spec",
    "StoreError",
    "TableError",
    "TrainState",
    "advance",
    "advance_many",
    "batch_norm_backward",
    "batch_norm_forward",
    "epochs_to",
    "exact_statistics",
    "first",
    "fork",
    "format_value",
    "frame_steps",
    "frozen_norm_forward",
    "ghost_norm_forward",
    "group_norm_forward",
    "init_state",
    "load",
    "load_data",
    "median_interval",
    "parameter_table",
    "parse_csv",
    "parse_value",
    "parts_norm_backward",
    "picture_frames",
    "quantile",
    "renorm_backward",
    "renorm_forward",
    "save",
    "softmax_backward",
    "softmax_forward",
    "squared_backward",
    "squared_forward",
    "train",
    "train_many",
    "update_running",
]
