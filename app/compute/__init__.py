"""Training for many people at once: a pool of processes, shared fairly, with a cache by arm.

`start` and `stop` are the server's; `request` is everybody's. Where nobody has started the pool (a script, a test of a
page) `request` gives the same tickets, and the thread that waits on one does the training.

>>> from bncore import Experiment, RunConfig
>>> ticket = request(Experiment(RunConfig(seeds=1, epochs=2)), owner="me")
>>> while not ticket.done:
...     _ = ticket.wait(timeout=1.0)
>>> [result.history.eval_epoch[-1].item() for result in ticket.results()]
[2.0, 2.0]
"""

from app.compute.call import Call
from app.compute.callticket import CallTicket
from app.compute.observer import Ended, Observer
from app.compute.place import Place
from app.compute.service import call, pooled, request, start, status, stop
from app.compute.status import Status
from app.compute.ticket import Ticket
from app.result import ArmResult

__all__ = [
    "ArmResult",
    "Call",
    "CallTicket",
    "Ended",
    "Observer",
    "Place",
    "Status",
    "Ticket",
    "call",
    "pooled",
    "request",
    "start",
    "status",
    "stop",
]
