"""What is asked, where it stands, whose it is, and whether it is answered."""
