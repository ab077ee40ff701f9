"""How a long backfill is planned, brought in and proved, on a local cloud."""
