"""Pages for people without an account: small, without the app, in Chinese and English."""
