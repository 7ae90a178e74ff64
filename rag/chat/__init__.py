"""Chat models: hosted or local, opened by the name in the settings and heard within a deadline. None is required."""
