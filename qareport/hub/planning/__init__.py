"""Plans what a push will change."""
