"""Who besides its owner's line may read a customer: those who serve it, for as long as they do."""

from collections.abc import Iterable
from uuid import UUID

from cairn.modules.accounts.models import Account


def serve(account: Account, user_ids: Iterable[UUID] | None) -> None:
    """Open a customer to these people and to whoever dispatches them; None ends all service."""
    account.served_by = None if user_ids is None else sorted({str(each) for each in user_ids})
