"""What words mean: one sentence each, behind a dotted term; no streamlit."""

from __future__ import annotations

from html import escape

__all__ = ["GLOSSARY", "term"]

GLOSSARY = {
    "activation": "What a neuron passes on: a simple function, such as ReLU, of its weighted sum.",
    "batch": "The samples that are used together in one step of training.",
    "batch statistics": "Mean and variance of one neuron over the samples of one batch.",
    "chain rule": "A number's effect on the loss: its effect on the next number times that one's, added up over all ways.",
    "epoch": "One pass over all training samples.",
    "epsilon": "A small number under the root, so that nothing is divided by zero.",
    "gradient": "How fast the loss changes with each number of the network; training steps against it.",
    "inference": "Using the network after or beside training: nothing is learned, running statistics take the batch's place.",
    "learning rate": "How far one step goes along the gradient.",
    "logit": "The network's output before it is squeezed into a probability; its sign is the class.",
    "loss": "How wrong the network is, as one number; training makes it smaller.",
    "momentum": "Here: the share of the old running value that is kept at each step.",
    "running statistics": "An average of batch means and variances that forgets slowly, kept for inference.",
    "seed": "The number from which all chance of a run follows: data, first weights, order of batches.",
    "standard deviation": "The root of the variance: a spread in the units of the numbers themselves.",
    "training mode": "The network as it is trained: normalised by the statistics of the batch at hand.",
    "variance": "The mean of the squared distances from the mean.",
    "gradient descent": "The rule of learning: a small step against the gradient, again and again.",
    "condition number": "Largest curvature over smallest: how long and narrow the valley of the loss is. 1 is a round bowl.",
    "covariate shift": "New inputs are spread otherwise than those of training; the right answer for each input is the same.",
    "internal covariate shift": "The inputs of a layer change during training because the layers before it do.",
    "re-estimated": "BN's mean and variance measured anew on new inputs; no labels are needed and no weight moves.",
    "percentile": "The 5th percentile is the value below which 5 % of the values lie.",
    "noisy BN": "BN with random scale and shift after it, new in every step: distributions move on purpose.",
    "gradient predictiveness": "How far the gradient changes along a step: if it changes little, it keeps its word.",
    "effective smoothness": "The largest change of the gradient per distance along the step: smaller is smoother.",
    "median": "The middle value: half of the seeds are below it, half above.",
    "bias of the start": "What a running value still owes its start: the start's distance from the truth times the share left.",
    "biased variance": "Squared distances from the batch's own mean, divided by m: on average (m − 1)/m of the truth.",
    "exact statistics": "Mean and variance over the whole training set, in one pass, instead of an average over past batches.",
    "fine-tuning": "Training a trained network a little further, often on few new samples.",
    "Adam": "A rule of learning that gives every weight a step length of its own, made from its past gradients.",
    "batch-mates": "The other points of the batch in which a point is trained.",
    "batch renormalization": "BN whose output is pulled towards the running statistics, so that training is more like inference.",
    "beta": "The number that BN adds last: learned, one a unit.",
    "bias": "The number that is added to a neuron's weighted sum.",
    "curvature": "How fast the slope of the loss changes along a direction.",
    "dropout": "In training some units, drawn by chance in each step, are set to 0; the others are scaled up to make up for it.",
    "effective learning rate": "Learning rate over the squared length of the weights: under BN it says how fast they turn.",
    "gamma": "The number that BN multiplies by after normalising: learned, one a unit.",
    "Glorot": "Initial weights (Glorot and Bengio 2010) whose spread keeps the size of signals in linear and tanh layers.",
    "gradient descent with momentum": "Each step adds up past gradients: what keeps its direction grows, what flips cancels.",
    "group norm": "Normalises by mean and variance over groups of the units of one point; no other point counts.",
    "He initialisation": "Initial weights (He and others 2015) whose spread keeps the size of signals through layers of ReLUs.",
    "label shift": "The classes are mixed otherwise than in training; the points of each class look as before.",
    "layer norm": "Normalises by mean and variance over all units of one point; no other point counts.",
    "log loss": "Minus the logarithm of the probability that was given to the right class, averaged.",
    "nats": "The unit of a loss made with natural logarithms: not to know which of two classes it is costs ln 2 nats.",
    "overfitting": "Learning the training points by heart, noise included, so that new points are answered worse.",
    "regularisation": "Whatever keeps a network from overfitting.",
    "ReLU": "The activation max(0, z): it hands on what is positive, and 0 for the rest.",
    "residual networks": "Networks in which some layers add to what they are given instead of replacing it.",
    "root mean square": "The root of the mean of the squares: a typical size.",
    "saturation": "Being at a flat end of sigmoid or tanh, where the slope is next to 0 and little gradient comes through.",
    "sigmoid": "The S-shaped activation 1 / (1 + e⁻ᶻ), from 0 to 1.",
    "standardised": "Its mean subtracted, then divided by its standard deviation.",
    "tanh": "An S-shaped activation from −1 to 1, with 0 in its middle.",
    "unit": "One neuron of a layer.",
    "weight decay": "In each step every weight also shrinks by a small share of itself.",
    "gradient shift": "Internal covariate shift, measured: the change of a layer's gradient by the step of the layers before it.",
}
"""Every term with its sentence."""


def term(name: str, words: str = "") -> str:
    """Return a term as HTML for a sheet: its sentence appears where a pointer rests or at a press.

    Parameters
    ----------
    name : str
        A term of `GLOSSARY`.
    words : str
        How it stands in the sentence, if otherwise.

    Examples
    --------
    >>> term("epoch", "epochs")
    '<button type="button" class="term" aria-expanded="false" data-note="One pass over all training samples.">epochs</button>'
    """
    note = escape(GLOSSARY[name])
    return f'<button type="button" class="term" aria-expanded="false" data-note="{note}">{escape(words or name)}</button>'
