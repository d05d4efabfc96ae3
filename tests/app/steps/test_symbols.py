"""The formulas in symbols, read as a person reads them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from app.steps.backward import BACKWARD
from app.steps.forward import FORWARD
from tests.app.steps.scenes import scene


def text(node: ElementTree.Element) -> str:
    """Return a formula on one line."""
    parts = [text(child) for child in node]
    match node.tag:
        case "mfrac":
            return f"({parts[0]})/({parts[1]})"
        case "msqrt":
            return f"√({''.join(parts)})"
        case "msup":
            return f"{parts[0]}^{parts[1]}"
        case "msub":
            return f"{parts[0]}_{parts[1]}"
        case "msubsup":
            return f"{parts[0]}_{parts[1]}^{parts[2]}"
        case "munder":
            return parts[0]
        case "mover":
            return f"{parts[0]}\u0302"
        case _:
            return "".join(parts) or (node.text or "").strip()


@pytest.mark.parametrize(
    ("activation", "stage", "lines"),
    [
        ("relu", "z", ["z_i=w_CGPA·x_i,CGPA+w_IQ·x_i,IQ+b"]),
        ("relu", "mu", ["μ=(1)/(m)∑z_i"]),
        ("relu", "var", ["σ^2=(1)/(m)∑(z_i−μ)^2"]),
        ("relu", "z_hat", ["ẑ_i=(z_i−μ)/(√(σ^2+ε))"]),
        ("relu", "running", ["μ_run←momentum·μ_run+(1−momentum)·μ", "σ_run^2←momentum·σ_run^2+(1−momentum)·σ^2"]),
        ("relu", "y", ["y_i=γ·ẑ_i+β"]),
        ("relu", "a", ["a_i=max(0,y_i)"]),
        ("relu", "loss", ["s_i=v_1·a_i,1+v_2·a_i,2+c,p_i=(1)/(1+e^−s_i)", "L=−(1)/(m)∑{lnp_iplacedln(1−p_i)not"]),
        ("relu", "da", ["(∂L)/(∂s)_i=(p_i−t_i)/(m),(∂L)/(∂a)_i=v·(∂L)/(∂s)_i"]),
        ("relu", "dy", ["(∂L)/(∂y)_i=(∂L)/(∂a)_i·{1ify_i>00else"]),
        ("relu", "dgamma", ["(∂L)/(∂γ)=∑(∂L)/(∂y)_i·ẑ_i"]),
        ("relu", "dbeta", ["(∂L)/(∂β)=∑(∂L)/(∂y)_i"]),
        ("relu", "dz_hat", ["(∂L)/(∂ẑ)_i=γ·(∂L)/(∂y)_i"]),
        ("relu", "dvar", ["(∂L)/(∂σ^2)=−(1)/(2)(1)/((σ^2+ε)^3/2)∑(∂L)/(∂ẑ)_i(z_i−μ)"]),
        ("relu", "dmu", ["(∂L)/(∂μ)=−(1)/(√(σ^2+ε))∑(∂L)/(∂ẑ)_i−(2)/(m)(∂L)/(∂σ^2)∑(z_i−μ)"]),
        ("relu", "dz", ["(∂L)/(∂z)_i=(1)/(√(σ^2+ε))·(∂L)/(∂ẑ)_i+(2(z_i−μ))/(m)·(∂L)/(∂σ^2)+(1)/(m)·(∂L)/(∂μ)"]),
        ("relu", "dw", ["(∂L)/(∂w)_k=∑(∂L)/(∂z)_i·x_i,k"]),
        ("relu", "db", ["(∂L)/(∂b)=∑(∂L)/(∂z)_i=0up to rounding"]),
        ("tanh", "a", ["a_i=tanh(y_i)"]),
        ("tanh", "dy", ["(∂L)/(∂y)_i=(∂L)/(∂a)_i·(1−a_i^2)"]),
        ("sigmoid", "a", ["a_i=(1)/(1+e^−y_i)"]),
        ("sigmoid", "dy", ["(∂L)/(∂y)_i=(∂L)/(∂a)_i·a_i(1−a_i)"]),
    ],
)
def test_every_formula_reads_as_in_the_book(activation, stage, lines):
    symbols, _ = {**FORWARD, **BACKWARD}[stage](scene(activation=activation, stage=stage))
    assert [text(ElementTree.fromstring(f"<math>{line}</math>")) for line in symbols] == lines
