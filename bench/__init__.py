"""Each figure that markscheme claims, measured again by `make bench`, beside its peer in the same run."""
