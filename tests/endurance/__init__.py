"""Long runs on local clouds: kills in the middle of work, 3,000 pages, a full quota, a backfill; hostile documents."""
