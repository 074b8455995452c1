"""What a push will change to a commit or pull request on the Hub, and back."""
