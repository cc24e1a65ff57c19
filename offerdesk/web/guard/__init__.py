"""What stands between a request and the desk: who asks, from where, how much and how often."""
