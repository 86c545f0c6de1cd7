package formatting

import "testing"

func TestHarmless(t *testing.T) {
	t.Parallel()
	for field, want := range map[string]string{
		"":                      "",
		"Contoso":               "Contoso",
		"Contoso-Retail + Co":   "Contoso-Retail + Co",
		"a@b.example":           "a@b.example",
		`=HYPERLINK("x";"y")`:   `'=HYPERLINK("x";"y")`,
		"+49":                   "'+49",
		"-1":                    "'-1",
		"@SUM(A1)":              "'@SUM(A1)",
		"\t=1":                  "'\t'=1",
		"\r=1":                  "'\r'=1",
		"\n=1":                  "'\n'=1",
		" =1":                   " '=1",
		"＝1":                    "'＝1",
		"Contoso;=cmd|'/C x'!A": "Contoso;'=cmd|'/C x'!A",
		"Contoso; =1":           "Contoso; '=1",
		"Contoso\t+1":           "Contoso\t'+1",
	} {
		if got := harmless(field); got != want {
			t.Errorf("%q becomes %q, want %q", field, got, want)
		}
	}
}
