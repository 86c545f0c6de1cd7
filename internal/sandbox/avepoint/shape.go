package avepoint

// Shape is a form in which an overview is sent. The vendor's page has changed
// its form several times and its samples contradict its tables
// (https://github.com/AvePoint/cloud-api/blob/main/docs/elements/general/job/get-customer-cloud-backup-m365-overview.md).
type Shape int

// The zero Shape means "as the platform's own setting says", which is
// PagedWithTenant at first.
const (
	_ Shape = iota
	// BareArray is the form of October 2025: rows in an array, not paged.
	BareArray
	// Paged is the form since December 2025: data and metadata.
	Paged
	// PagedWithTenant is Paged with tenantId and lastRunTime in the rows.
	PagedWithTenant
	// NestedArray is an array that holds one envelope.
	NestedArray
	// BrokenSample is the page's sample as printed: an array with a member
	// name in it and comments. It is not JSON.
	BrokenSample
	// CommentedSample is the first page's sample as printed: a bare array with
	// comments. It is not JSON.
	CommentedSample
	// NullData is an envelope whose data is null.
	NullData
	// CountsAsStrings sends "25".
	CountsAsStrings
	// CountsPadded sends " 25 ".
	CountsPadded
	// CountsGrouped sends "2,430".
	CountsGrouped
	// CountsAsFloats sends 25.0.
	CountsAsFloats
	// CountsScientific sends 2.5e1.
	CountsScientific
	// ExtraFields adds members nobody has documented, at every level.
	ExtraFields
	// WithBOM starts with a byte order mark.
	WithBOM
	// NextLinks adds a nextLink beside data: the next page's address, and null
	// on the last.
	NextLinks
	// OddDates sends lastRunTime in the other forms that were seen, in turn.
	OddDates
	// EpochDates sends lastRunTime in milliseconds since 1970: the page's table
	// says "in ISO 8601 format" and gives the type as long.
	EpochDates
	// UpperCaseIDs sends customerId in capitals.
	UpperCaseIDs
	// SomeWithoutTenant leaves tenantId and lastRunTime out of every second
	// row, as the page's sample does.
	SomeWithoutTenant
)
