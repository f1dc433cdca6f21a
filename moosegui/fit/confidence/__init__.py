"""How far a solution can be trusted: what speaks for it, and what it leaves unexplained."""
