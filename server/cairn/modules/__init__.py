"""What the CRM is about, one folder a module; `load` makes every declaration known to the kernel."""

from importlib import import_module

KERNEL = ("changes", "conflicts", "deliveries", "devices", "log", "parked", "reactions", "refusals")
MODULES = ("identity", "files", "accounts", "visits", "orders", "tickets", "checklists", "feedback", "returns")
PARTS = ("models", "commands", "jobs", "receiving", "sharing", "by_link", "memberships", "reactions")


def load() -> None:
    """Import every declaration: the kernel's own records first, then the modules from the lowest to the highest."""
    for part in KERNEL:
        import_module(f"cairn.kernel.{part}")
    for module in MODULES:
        for part in PARTS:
            name = f"{__name__}.{module}.{part}"
            try:
                import_module(name)
            except ModuleNotFoundError as error:
                if error.name != name:
                    raise
