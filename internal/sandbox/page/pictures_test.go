package page

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

// pictures is where the gallery is left to look at, in both themes:
//
//	go test ./internal/sandbox/page -run Pictures -pictures /tmp
var pictures = flag.String("pictures", "", "a folder for screenshots of the gallery")

func TestGallery_pictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("no folder given")
	}
	url := gallery(t)
	for _, channel := range []string{"C-FLEET", "C-BLOCKS", "D-ANA"} {
		for _, theme := range []string{"light", "dark"} {
			b := open(t, url+"/#channel="+channel+"&as=U-ANA")
			b.do(chromedp.EmulateViewport(1100, 2600))
			eval[any](b, `document.documentElement.dataset.theme = "`+theme+`"`)
			b.until(`[...document.querySelectorAll(".chart-drawing")].every((d) => d.firstChild)`)
			png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(*pictures, channel+"-"+theme+".png"), png, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}
