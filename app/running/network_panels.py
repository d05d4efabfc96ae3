"""The parts of the trained network's sheet, as HTML by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.maths import number_text
from app.result import ArmResult
from app.running import network_pictures as pictures
from app.running import network_words as words
from app.running.network import (
    BATCHES,
    MOMENTA,
    SPECS,
    TUNE_BATCHES,
    UPDATES,
    cure,
    experiments,
    measured,
    settings,
    tuned,
    unit_of,
)

__all__ = ["Results", "network_parts", "waiting_parts"]

LOOK = 400
"""Milliseconds between two looks at networks that are being trained."""

Results = Mapping[str, Sequence[ArmResult]]
"""What was trained, by the name of its experiment."""

TITLE = "<h2>On a trained network</h2>"
COLUMNS = {
    "updated": ("tuned, updated", "batch"),
    "frozen": ("tuned, frozen", "running"),
    "cured": ("re-estimated, frozen", "other"),
}


def waiting_parts(values: Mapping[str, float | int | str], share: float, error: str = "") -> dict[str, str]:
    """Return the sheet while the networks are trained: its controls, and how far they are.

    Parameters
    ----------
    values : mapping of str to value
    share : float
        0..1.
    error : str
        Why nothing will come, as HTML.
    """
    wanted = experiments(settings(values)).values()
    count = sum({config.key: config.seeds for each in wanted for config in each.configs().values()}.values())
    bar = (
        f"<div data-play='look:{LOOK}' role='progressbar' aria-label='Training' "
        f"aria-valuemin='0' aria-valuemax='100' aria-valuenow='{100 * share:.0f}' "
        f"style='height:{pictures.HEIGHT}px'><div style='height:4px;width:{100 * share:.0f}%;background:var(--accent)'></div>"
        f"<p class='note'>Training {count} networks: {100 * share:.0f} %</p></div>"
    )
    return {
        "net-title": TITLE,
        "net-knobs": _knobs(values),
        "net-wait": f"<p class='warn' role='alert'>{error}</p>" if error else bar,
    }


def network_parts(values: Mapping[str, float | int | str], results: Results) -> dict[str, str]:
    """Return the sheet of the trained networks.

    Parameters
    ----------
    values : mapping of str to value
    results : mapping of str to sequence of ArmResult
        Whole ones, of `app.running.network.experiments`.
    """
    chosen = results["chosen"][0]
    config, ways = chosen.config, measured(chosen)
    diverged = len({d.run for result in results["chosen"] for d in result.history.divergences})
    note = f"<p class='warn'>{diverged} of {config.seeds} seeds diverged and count as 0 %.</p>" if diverged else ""
    momenta = {result.config.bn_momentum: measured(result, 1) for result in results["momentum"]}
    sizes = {float(result.config.batch_size): measured(result, 1) for result in results["batch"]}
    at = [pictures.over_time(ways), pictures.sweep(momenta, (config.bn_momentum, ways), "momentum")]
    at.append(pictures.sweep(sizes, (float(config.batch_size), ways), "batch"))
    return {
        "net-title": f"{TITLE}<h3>{words.headline(config, ways)}</h3>{words.overview(config)}{note}",
        "net-knobs": _knobs(values),
        "net-pictures": f"<div class='grid3'>{''.join(f'<div>{picture}</div>' for picture in at)}</div>{words.LEGEND}",
        "net-stages": _stages(values),
        "net-cure": (
            f"<div class='grid2'><div>{_cure(values, chosen)}</div>"
            f"<div class='panel' style='align-self:start'>{words.unit_formulas(config, unit_of(chosen))}</div></div>"
        ),
    }


def _cure(values: Mapping[str, float | int | str], chosen: ArmResult) -> str:
    found, stage, batch = cure(chosen), str(values["stage"]), int(values["tune_batch"])
    before, after = found.before[1], found.after[1]
    if stage == "trained":
        picture = pictures.seeds_picture({"running statistics": before}, ["running"])
        return f"{picture}<p>Every seed as it was trained. Re-estimate its statistics: no weight moves.</p>"
    if stage == "cured":
        picture = pictures.seeds_picture({"running statistics": before, "re-estimated": after}, ["running", "other"])
        return f"{picture}{words.cure_words(found, chosen.config)}"
    ended = tuned(chosen, batch)
    columns = {COLUMNS[name][0]: accuracy for name, accuracy in ended.items()}
    picture = pictures.seeds_picture(columns, [COLUMNS[name][1] for name in ended])
    return f"{picture}{words.cure_words(found, chosen.config)}{words.tune_words(ended, before, batch)}"


def _stages(values: Mapping[str, float | int | str]) -> str:
    stage = values["stage"]
    buttons = (("trained", "Trained"), ("cured", "Re-estimate the statistics"), ("tuned", "Freeze and fine-tune"))
    row = "".join(
        f"<button class='stage' data-act='{name}'{' aria-current=step' if name == stage else ''}>{i}. {label}</button>"
        for i, (name, label) in enumerate(buttons, 1)
    )
    choice = _select("tune_batch", TUNE_BATCHES, int(values["tune_batch"])) if stage == "tuned" else ""
    return (
        "<div class='row'><div class='stages' role='group' aria-label='What is done with the trained network'>"
        f"{row}</div>{choice}</div>"
    )


def _knobs(values: Mapping[str, float | int | str]) -> str:
    choices = (("net_momentum", (0.0, *MOMENTA)), ("net_batch", (2, *BATCHES, 32)), ("updates", UPDATES))
    return f"<div class='row'>{''.join(_select(name, stops, float(values[name])) for name, stops in choices)}</div>"


def _select(name: str, stops: Sequence[float], value: float) -> str:
    spec = SPECS[name][0]
    options = "".join(
        f"<option value='{stop:.10g}'{' selected' if stop == value else ''}>{number_text(stop)}</option>"
        for stop in sorted({*stops, value})
    )
    return (
        f"<label class='row' style='gap:6px' title='{spec.help}'><span>{spec.label}</span>"
        f"<select data-input='{name}'>{options}</select></label>"
    )
