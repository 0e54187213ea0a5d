"""The values every other floor passes around: typed, frozen, no I/O; and the two digests."""
