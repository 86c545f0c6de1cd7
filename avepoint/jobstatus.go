package avepoint

import (
	"encoding/json"
	"strings"
)

// JobStatus sums up the state of a customer's backup jobs.
type JobStatus int

// The job states of the vendor's table. Zero stands for "not applicable" and
// for every state that is not known to this package.
const (
	JobStatusNone JobStatus = iota
	JobStatusWorking
	JobStatusFailed
	JobStatusWaitingForConfiguration
	JobStatusMultipleIssues
	JobStatusFinishedWithException
	JobStatusNoBackupUpdates
)

func jobStatusNames() []string {
	return []string{
		"N/A", "Working", "Failed", "Waiting for configuration",
		"Multiple issues found", "Finished with exception", "No backup updates",
	}
}

// String is the vendor's word.
func (s JobStatus) String() string {
	names := jobStatusNames()
	if s < 0 || int(s) >= len(names) {
		return names[JobStatusNone]
	}
	return names[s]
}

// parseJobStatus takes the number of the vendor's table or the word of its
// samples, which end in an s here and not there.
func parseJobStatus(raw json.RawMessage) JobStatus {
	fold := func(s string) string { return strings.TrimSuffix(strings.ToLower(strings.TrimSpace(s)), "s") }
	names := jobStatusNames()
	if n, err := parseCount(raw); err == nil && n < int64(len(names)) {
		return JobStatus(n)
	}
	for i, name := range names {
		if fold(name) == fold(plainText(raw)) {
			return JobStatus(i)
		}
	}
	return JobStatusNone
}

// parseManagementMode turns the number of the vendor's table into its words,
// and leaves words alone.
func parseManagementMode(raw json.RawMessage) string {
	modes := []string{"Customer management of tenant", "Partner management of tenant", "To be configured"}
	if n, err := parseCount(raw); err == nil && n < int64(len(modes)) {
		return modes[n]
	}
	var words string
	if json.Unmarshal(raw, &words) != nil {
		return ""
	}
	return strings.TrimSpace(words)
}
