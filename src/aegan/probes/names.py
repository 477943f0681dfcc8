"""Names that probes and their readers share, apart from the probes: who reads needs no torch."""

#: the name of the whole network where others name a layer
WHOLE = "(all)"
