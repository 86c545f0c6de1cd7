package avepoint

import (
	"net/http"
	"strings"
)

// armedFault is a fault waiting for requests.
type armedFault struct {
	Match
	Fault
	met int // matching requests so far
}

// Fault makes what m matches go wrong. Faults are tried in the order added;
// the first that matches and is not used up is applied, alone.
func (p *Platform) Fault(m Match, f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, &armedFault{Match: m, Fault: f})
}

// ClearFaults ends all faults.
func (p *Platform) ClearFaults() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
}

// meet finds the fault that meets a request, and uses it up by one.
func (p *Platform) meet(v visit) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		if !f.matches(v) || (f.Times > 0 && f.met >= f.Skip+f.Times) {
			continue
		}
		f.met++
		if f.met > f.Skip {
			return f.Fault
		}
	}
	return Fault{}
}

// matches says whether the request is one that is meant.
func (m Match) matches(v visit) bool {
	return (m.Endpoint == "" || m.Endpoint == v.endpoint) &&
		(m.CustomerID == "" || strings.EqualFold(m.CustomerID, v.customerID)) &&
		(m.Page == 0 || m.Page == v.page)
}

// replacement is what a fault sends instead of the platform's own answer.
func (f Fault) replacement(e Endpoint) (answer, bool) {
	a := answer{status: f.Status, header: map[string]string{}, body: []byte(f.Body)}
	switch {
	case f.RedirectTo != "":
		a.header["Location"] = f.RedirectTo
		a.status = orStatus(f.Status, http.StatusFound)
	case f.Body != "":
		a.status = orStatus(f.Status, http.StatusOK)
	case f.OAuthError != "":
		a = oauthError(orStatus(f.Status, http.StatusBadRequest), f.OAuthError, "")
	case f.Status != 0 && e == EndpointToken:
		a = oauthError(f.Status, "server_error", "")
	case f.Status != 0:
		a = problem(f.Status, "injected")
	default:
		return answer{}, false
	}
	return a, true
}

func orStatus(status, preset int) int {
	if status != 0 {
		return status
	}
	return preset
}
