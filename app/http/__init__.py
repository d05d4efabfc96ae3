"""What the server does beside Streamlit: a short first visit, what browsers are to refuse, and answers for supervisors."""

from app.http.first import FirstVisit
from app.http.headers import Refusals, policed
from app.http.health import Readiness, health_routes
from app.http.questions import question_route
from app.http.readers import Closed, Readers
from app.http.runs import run_route
from app.http.sockets import send_at_once
from app.live.below import below

__all__ = [
    "Closed",
    "FirstVisit",
    "Readers",
    "Readiness",
    "Refusals",
    "below",
    "health_routes",
    "policed",
    "question_route",
    "run_route",
    "send_at_once",
]
