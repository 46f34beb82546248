"""X (antes Twitter), por su API v2 con tweepy."""
