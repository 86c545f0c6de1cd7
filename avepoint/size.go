package avepoint

// Size is a size as AvePoint writes it.
type Size struct {
	// Text is verbatim: "143.22 GB", "N/A" (not applicable), or "".
	Text string
	// Bytes is what Text says, where Known; a kilobyte is taken as 1,024 bytes.
	// AvePoint writes two decimals, so it is an approximation.
	Bytes int64
	// Known reports whether Text could be read as a size.
	Known bool
}
