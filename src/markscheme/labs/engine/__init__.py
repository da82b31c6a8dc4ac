"""What a lab is, and how one is run: declared, tried seed by seed, ruled on, drawn and reported."""
