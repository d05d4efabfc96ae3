"""A run as a program in PyTorch."""

from __future__ import annotations

from app.export import shared
from app.export.plan import Plan
from app.export.section import Section, block, indented
from app.export.task import task_of
from app.export.torch_norm import alone, custom_layers, layer_of

__all__ = ["torch_refusal", "torch_sections"]

ACTIVATION = {"relu": "nn.ReLU()", "tanh": "nn.Tanh()", "sigmoid": "nn.Sigmoid()"}

OPTIMIZER = {
    "sgd": "SGD({of}, lr=LEARNING_RATE)",
    "momentum": "SGD({of}, lr=LEARNING_RATE, momentum=SGD_MOMENTUM)",
    "nesterov": "SGD({of}, lr=LEARNING_RATE, momentum=SGD_MOMENTUM, nesterov=SGD_MOMENTUM > 0)",
    "rmsprop": "RMSprop({of}, lr=LEARNING_RATE, alpha=RMSPROP_RHO, eps=OPTIMIZER_EPS)",
    "adam": "Adam({of}, lr=LEARNING_RATE, betas=(ADAM_BETA1, ADAM_BETA2), eps=OPTIMIZER_EPS)",
    "adamw": "AdamW({of}, lr=LEARNING_RATE, betas=(ADAM_BETA1, ADAM_BETA2), eps=OPTIMIZER_EPS)",
}


def torch_refusal(plan: Plan) -> str:
    """Return why there is no PyTorch program of a run, in a sentence; empty if there is one.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> torch_refusal(Plan(RunConfig()))
    ''
    """
    alone = plan.kind == "group" and plan.config.batch_size == 1
    if alone and any(plan.widths[i] <= plan.config.groups for i in plan.normalised):
        return "PyTorch's GroupNorm refuses a batch of one sample with groups of one unit. Use fewer groups, or a larger batch."
    return ""


def torch_sections(plan: Plan) -> list[Section]:
    """Return the program, section by section.

    Examples
    --------
    >>> from bncore.config import RunConfig
    >>> [section.title for section in torch_sections(Plan(RunConfig()))][3:]
    ['Model', 'Optimizer', 'Training', "The app's weights"]
    """
    own = custom_layers(plan)
    imports = block("from collections import OrderedDict", "", "import numpy as np", "import torch", "from torch import nn", "")
    seed = "torch.manual_seed(SEED)" if plan.drops or plan.kind == "noisy" else None
    dtype = f"torch.set_default_dtype(torch.{plan.config.precision})"
    return [
        Section("Settings", "", block(imports, shared.settings(plan, "PyTorch"), dtype, seed)),
        Section("Data", task_of(plan).points, _data(plan)),
        Section("First weights", "The app's own: the same seed gives the same numbers.", shared.initial(plan)),
        *([Section("Layers that PyTorch does not have", "", own)] if own else []),
        Section("Model", _conventions(plan), block(_model(plan), "\n", _put(plan))),
        Section("Optimizer", _said(plan), block(*((shared.rate(plan), "\n") if plan.scheduled else ()), _optimizer(plan))),
        Section("Training", "", block(shared.batches(plan), "\n", _evaluation(plan), "\n", _training(plan))),
        Section("The app's weights", "Their outputs on the test points are the app's, up to rounding.", _check(plan)),
    ]


TENSOR = '''

def tensor(array):
    """Return an array as a tensor of the default precision."""
    return torch.as_tensor(array, dtype=torch.get_default_dtype())'''

CLASSES = '''

def target(array):
    """Return class numbers as the loss wants them."""
    return torch.as_tensor(array, dtype=torch.long)'''


def _data(plan: Plan) -> str:
    return block(shared.data(plan), TENSOR, *(() if plan.column else (CLASSES,)))


def _conventions(plan: Plan) -> str:
    output = task_of(plan).output
    if not plan.normalised:
        return output
    if not plan.keeps:
        return f"{output} No statistics are kept: training and inference are the same."
    if not plan.moves:
        return f"{output} The running statistics stay at mean 0 and variance 1."
    if plan.config.unbiased_running:
        stored = "The running variance is unbiased (divided by n - 1), as in the app."
    elif plan.kind == "renorm" or alone(plan):
        stored = "The running variance is biased (divided by n), as in the app."
    else:
        stored = (
            "PyTorch stores the unbiased running variance (divided by n - 1), the app here the biased one, as Keras does: after "
            "training, inference differs by this factor n / (n - 1)."
        )
    return f"{output} PyTorch's momentum is the weight of the new value. {stored}"


def _model(plan: Plan) -> str:
    c, lines = plan.config, []
    before = plan.before
    for i, (fan_in, units) in enumerate(zip(plan.widths, plan.widths[1:], strict=False), 1):
        hidden, normalised = i <= plan.depth, i in plan.normalised
        norm = [f"norm{i}={layer_of(plan, units)},"] if normalised else []
        act = [f"activation{i}={ACTIVATION[c.activation]},"] if hidden and c.activation != "linear" else []
        drop = [f"dropout{i}=nn.Dropout(DROPOUT),"] if hidden and plan.drops else []
        first = c.dropout_place == "before" and normalised
        inner = [*(drop if first else []), *norm]
        lines += [f"linear{i}=nn.Linear({fan_in}, {units}),", *([*inner, *act] if before or not hidden else [*act, *inner])]
        lines += [] if first else drop
    fixed = _fixed(plan)
    return block("model = nn.Sequential(", "    OrderedDict(", *(f"        {line}" for line in lines), "    )", ")", fixed)


def _fixed(plan: Plan) -> str | None:
    c = plan.config
    if not plan.normalised or (c.learn_gamma and c.learn_beta):
        return None
    which = "" if c.learn_gamma == c.learn_beta else ".weight" if c.learn_beta else ".bias"
    said = {"": "gamma and beta stay", ".weight": "gamma stays", ".bias": "beta stays"}[which]
    also = f' and name.endswith("{which}")' if which else ""
    return block(
        "for name, parameter in model.named_parameters():",
        f'    if name.startswith("norm"){also}:  # {said} at the first value',
        "        parameter.requires_grad_(False)",
    )


def _put(plan: Plan) -> str:
    parts = ["weight", "bias"], ["gamma", "beta"], ["running_mean", "running_var"]
    names = dict(zip(("gamma", "beta"), parts[0], strict=True))
    norm = [
        'norm = model.get_submodule(f"norm{i}")',
        *(
            f'norm.{names.get(part, part)}.copy_(tensor(arrays["{part}"]))'
            for part in [*parts[1], *(parts[2] if plan.keeps else [])]
        ),
    ]
    whole = len(plan.normalised) == len(plan.widths) - 1
    found = [] if not plan.normalised else norm if whole else ['if "gamma" in arrays:', *(f"    {line}" for line in norm)]
    return block(
        "def put(layers):",
        '    """Copy named arrays into the model; PyTorch keeps a weight as (units, inputs)."""',
        "    with torch.no_grad():",
        "        for i, arrays in enumerate(layers, 1):",
        indented(
            block(
                'linear = model.get_submodule(f"linear{i}")',
                'linear.weight.copy_(tensor(arrays["weight"].T))',
                'linear.bias.copy_(tensor(arrays["bias"]))',
                *found,
            ),
            3,
        ),
    )


def _said(plan: Plan) -> str:
    return "Weight decay is for the weights, not for biases, gamma or beta." if plan.config.weight_decay else ""


def _optimizer(plan: Plan) -> str:
    c = plan.config
    name = "adam" if c.optimizer == "adamw" and not c.weight_decay else c.optimizer
    made = OPTIMIZER[name].format(of="groups" if c.weight_decay else "model.parameters()")
    groups = (
        "weights, others = [], []",
        "for name, parameter in model.named_parameters():",
        '    is_weight = name.startswith("linear") and name.endswith("weight")',
        "    (weights if is_weight else others).append(parameter)",
        "groups = [",
        '    {"params": weights, "weight_decay": WEIGHT_DECAY},',
        '    {"params": others, "weight_decay": 0},',
        "]",
    )
    return block(*(groups if c.weight_decay else ()), _call(f"optimizer = torch.optim.{made}"))


def _call(line: str) -> str:
    """Break a call that is too long for one line."""
    if len(line) <= 100:
        return line
    head, _, rest = line.partition("(")
    return block(f"{head}(", f"    {rest[:-1]}", ")")


EXACT = '''\
@torch.no_grad()
def set_exact_statistics():
    """Put statistics of the whole training set in place of the running ones (precise BN)."""
    model.eval()
    x = tensor(x_train)
    for name, module in model.named_children():
        if name.startswith("norm"):
            module.running_mean.copy_(x.mean(0))
            module.running_var.copy_(x.var(0, correction=0))
        x = module(x)'''


def _target(plan: Plan) -> str:
    return "tensor" if plan.column else "target"


def _evaluation(plan: Plan) -> str:
    task, target = task_of(plan), _target(plan)
    evaluate = block(
        "@torch.no_grad()",
        "def evaluate(x, y):",
        f'    """Return loss and {task.score} in inference mode."""',
        "    model.eval()",
        f"    logits, y = model(tensor(x)){plan.column}, {target}(y)",
        f"    score = {task.torch_hits}",
        "    return loss_of(logits, y).item(), score.item()",
    )
    return block(f"loss_of = {task.torch}", "\n", evaluate, *(("\n", EXACT) if plan.exact else ()))


def _training(plan: Plan) -> str:
    c = plan.config
    report = c.steps_per_epoch * max(1, c.total_epochs // 10)
    frozen = (
        "for name, module in model.named_children():",
        '    if name.startswith("norm"):',
        "        module.eval()  # by the running statistics, in training too",
    )
    rate = ("    for group in optimizer.param_groups:", '        group["lr"] = rate_of(step)')
    return block(
        "put(initial_layers())",
        "model.train()",
        *(frozen if plan.kind == "frozen" else ()),
        "losses = []",
        "for step, batch in zip(range(1, STEPS + 1), batches()):",
        *(rate if plan.scheduled else ()),
        f"    loss = loss_of(model(tensor(x_train[batch])){plan.column}, {_target(plan)}(y_train[batch]))",
        "    optimizer.zero_grad()",
        "    loss.backward()",
        "    optimizer.step()",
        "    losses.append(loss.item())",
        f"    if step % {report} == 0:",
        f'        print(f"step {{step}}: loss {{np.mean(losses[-{c.steps_per_epoch}:]):.4f}}")',
        "set_exact_statistics()" if plan.exact else None,
        "test_loss, test_score = evaluate(x_test, y_test)",
        f'print(f"test loss {{test_loss:.4f}}, test {task_of(plan).score} {{test_score:.3f}}")',
    )


def _check(plan: Plan) -> str:
    return block(
        shared.trained(),
        "\n",
        "put(trained_layers())",
        "set_exact_statistics()" if plan.exact else None,
        "model.eval()",
        "with torch.no_grad():",
        f"    logits = model(tensor(x_test)){plan.column}.numpy()",
        'print("largest difference from the app\'s outputs:", np.abs(logits - data["logits_test"]).max())',
    )
