"""What is kept: feedback, and unanswered questions where staff ask for them; personal numbers are masked before."""
