package avepoint

import (
	"encoding/json"
	"strconv"
)

// marshal encodes what this package has built, which cannot fail.
func marshal(v any) []byte { return encode(make([]byte, 0, 4096), v) }

// encode appends a value. What overviews are made of it writes itself: a
// replay of ninety days asks for tens of thousands of them, and encoding/json
// writes and checks what an object holds once more for each object around it.
func encode(b []byte, v any) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case string:
		return encodeText(b, v)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case int64:
		return strconv.AppendInt(b, v, 10)
	case object:
		return encodeObject(b, v)
	case []object:
		b = append(b, '[')
		for i, o := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = encodeObject(b, o)
		}
		return append(b, ']')
	}
	other, err := json.Marshal(v)
	if err != nil {
		panic("sandbox: " + err.Error())
	}
	return append(b, other...)
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

func encodeObject(b []byte, o object) []byte {
	b = append(b, '{')
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(encodeText(b, m.name), ':')
		b = encode(b, m.value)
	}
	return append(b, '}')
}

// MarshalJSON writes the members in order, where an object stands within a
// value that encoding/json writes.
func (o object) MarshalJSON() ([]byte, error) { return encodeObject(nil, o), nil }

// set replaces a member or adds it.
func (o *object) set(name string, value any) {
	for i := range *o {
		if (*o)[i].name == name {
			(*o)[i].value = value
			return
		}
	}
	*o = append(*o, member{name, value})
}

// encodeText leaves the escaping to encoding/json.
func encodeText(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			escaped, err := json.Marshal(text)
			if err != nil {
				panic("sandbox: " + err.Error())
			}
			return append(b, escaped...)
		}
	}
	b = append(b, '"')
	b = append(b, text...)
	return append(b, '"')
}
