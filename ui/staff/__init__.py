"""Pages for the city's own people, behind a login: feedback, unanswered questions, why an answer is what it is."""
