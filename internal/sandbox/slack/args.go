package slack

import (
	"bytes"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// args are the arguments of a call as JSON values, whether they came as JSON or
// as a form. A form's values are JSON strings.
type args map[string]json.RawMessage

// bodyLimit bounds what is read of one request.
const bodyLimit = 4 << 20

// readArgs decodes a call's query, form or JSON body. The token of a form is
// taken out and returned: it must not stand in any record.
func readArgs(r *http.Request) (a args, formToken string, code string) {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit+1))
	if err != nil || len(body) > bodyLimit {
		return nil, "", "request_timeout"
	}
	a = args{}
	a.addForm(r.URL.Query())
	switch mediaType(r.Header.Get("Content-Type")) {
	case "application/json":
		if code := a.addJSON(body); code != "" {
			return a, "", code
		}
	case "application/x-www-form-urlencoded":
		form, err := url.ParseQuery(string(body))
		if err != nil {
			return a, "", "invalid_form_data"
		}
		a.addForm(form)
	case "":
		if len(body) > 0 {
			return a, "", "missing_post_type"
		}
	default:
		return a, "", "invalid_post_type"
	}
	formToken = a.text("token")
	delete(a, "token")
	return a, formToken, ""
}

func (a args) addForm(form url.Values) {
	for key, values := range form {
		if len(values) > 0 {
			a[key] = marshal(values[len(values)-1])
		}
	}
}

// addJSON adds a JSON object's members. A token in a JSON body is not honoured.
func (a args) addJSON(body []byte) (code string) {
	if len(bytes.TrimSpace(body)) == 0 {
		return ""
	}
	if !json.Valid(body) {
		return "invalid_json"
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(body, &object) != nil {
		return "json_not_object"
	}
	for key, value := range object {
		if key != "token" {
			a[key] = value
		}
	}
	return ""
}

// text returns an argument as text: a string's content, or a number's or
// boolean's digits. Absent and null are "".
func (a args) text(name string) string {
	raw := a[name]
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return strings.TrimSpace(string(raw))
}

// has reports whether the argument was given and is not null.
func (a args) has(name string) bool {
	raw, ok := a[name]
	return ok && string(raw) != "null"
}

func (a args) flag(name string) bool {
	b, err := strconv.ParseBool(a.text(name))
	return err == nil && b
}

func (a args) number(name string, otherwise int) int {
	n, err := strconv.Atoi(a.text(name))
	if err != nil {
		return otherwise
	}
	return n
}

// structure returns an argument that holds JSON, which may stand as itself or in
// a string. It is nil where absent, null or "", and not ok where it is no JSON.
func (a args) structure(name string) (raw json.RawMessage, ok bool) {
	if !a.has(name) {
		return nil, true
	}
	raw = bytes.TrimSpace(a[name])
	if len(raw) > 0 && raw[0] == '"' {
		raw = bytes.TrimSpace([]byte(a.text(name)))
	}
	if len(raw) == 0 || string(raw) == "null" {
		return nil, true
	}
	return raw, json.Valid(raw)
}

func mediaType(header string) string {
	media, _, err := mime.ParseMediaType(header)
	if err != nil {
		return strings.ToLower(header)
	}
	return media
}

// marshal never fails for the plain values that it is given.
func marshal(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n")
}
