"""Market prices with where each came from and how old it is.

    import marketpulse
    marketpulse.bars("AAPL", "1y")          # a pandas frame; its attrs say source, freshness and what is missing

    import marketpulse.yf as yf             # yfinance, answered by the service
    yf.download("AAPL")

The service is the one that MARKETPULSE_URL names, else the one on this machine. Where neither is set nor
running, one is started, and ends with this program.
"""

from .bars import Refused, bars
from .service import NoService, address

__all__ = ["NoService", "Refused", "address", "bars"]
