"""Plan, import, and prove a long backfill on a local cloud."""
