"""What the server does for a first visit beside Streamlit: files kept compressed, one list of all that the page will need."""

from app.http.first import FirstVisit
from app.http.sockets import send_at_once

__all__ = ["FirstVisit", "send_at_once"]
