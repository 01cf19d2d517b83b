"""What the server does by itself: reactions that follow the feed, deliveries, and tidying up."""
