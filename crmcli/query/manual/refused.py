"""Questions that are refused, for the page that shows how."""

from __future__ import annotations

from crmcli.query.manual.example import Example

REFUSED = (
    Example("deals", "amout:5k.."),
    Example("deals", "is:open stage:propsal"),
    Example("deals", "is:opne"),
    Example("deals", "amount"),
    Example("deals", "'amount >'"),
    Example("deals", "'(amount>5k OR is:won'"),
    Example("deals", "'amount>5k AND'"),
    Example("deals", "'name=Care'"),
    Example("deals", "'amount>close'"),
    Example("deals", "'close<30d'"),
    Example("deals", "close:20.11.2026"),
    Example("deals", "amount:12,000.."),
    Example("customers", "'sun(deals.amount)>5k'"),
    Example("customers", "'sum(deals)>5k'"),
    Example("deals", "'round(close)=1'"),
    Example("deals", "'金额＞5万'"),
    Example("deals", "'changed(close)'"),
)
