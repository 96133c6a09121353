package curator

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func clean(source string) string {
	return cleanHTML(newPolicy(), source, "https://sahel.example/news/2026/article.html")
}

func TestP47_WhatRunsFramesOrStylesIsDropped(t *testing.T) {
	hostile := []string{
		`<p>Ségou<script>alert(1)</script></p>`,
		`<p onclick="alert(1)">Ségou</p>`,
		`<p style="position:fixed">Ségou</p>`,
		`<a href="javascript:alert(1)">Ségou</a>`,
		`<a href=" jAvAsCrIpT:alert(1)">Ségou</a>`,
		`<a href="data:text/html,<script>alert(1)</script>">Ségou</a>`,
		`<img src=x onerror=alert(1)>Ségou`,
		`<svg><script>alert(1)</script></svg>Ségou`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">Ségou`,
		`<iframe src="https://evil.example"></iframe>Ségou`,
		`<form action="https://evil.example"><input name=p></form>Ségou`,
		`<meta http-equiv=refresh content="0;url=https://evil.example">Ségou`,
		`<base href="https://evil.example/">Ségou`,
		`<noscript><p title="</noscript><img src=x onerror=alert(1)>">Ségou</noscript>Ségou`,
		`<!--<img src="--><img src=x onerror=alert(1)//">Ségou`,
		`<object data="evil.swf"></object><embed src="evil.swf">Ségou`,
		`<p id="x" class="y">Ségou</p>`,
	}
	for _, source := range hostile {
		got := strings.ToLower(clean(source))
		root, err := html.Parse(strings.NewReader(got))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "id" || a.Key == "class" || strings.Contains(a.Val, "script:") ||
					strings.HasPrefix(a.Val, "data:") {
					t.Errorf("%q leaves %s=%q: %q", source, a.Key, a.Val, got)
				}
			}
			switch n.Data {
			case "script", "iframe", "form", "input", "object", "embed", "svg", "math", "style", "noscript":
				t.Errorf("%q leaves <%s>: %q", source, n.Data, got)
			case "meta", "base":
				t.Errorf("%q leaves <%s>: %q", source, n.Data, got)
			}
		}
	}
}

func TestP48_AddressesAreAbsolute(t *testing.T) {
	tests := []struct{ source, want string }{
		{`<a href="../maps/kidal.html">carte</a>`, `<a href="https://sahel.example/news/maps/kidal.html">carte</a>`},
		{`<img src="/photo.jpg" alt="Photo">`, `<img src="https://sahel.example/photo.jpg" alt="Photo"/>`},
		{`<a href="//cdn.example/x">x</a>`, `<a href="https://cdn.example/x">x</a>`},
		{`<a href="mailto:desk@sahel.example">écrire</a>`, `<a href="mailto:desk@sahel.example">écrire</a>`},
		{`<img src="data:image/gif;base64,R0" data-src="/late.jpg">`, `<img src="https://sahel.example/late.jpg"/>`},
		{`<a href="ftp://files.example/x">x</a>`, `x`},
		{`<a href="//sahel.example:x@evil.example/">x</a>`, `x`},
	}
	for _, test := range tests {
		if got := clean(test.source); got != test.want {
			t.Errorf("%q is %q, want %q", test.source, got, test.want)
		}
	}
}

func TestP49_HTMLIsBalancedEvenWhenItWasCut(t *testing.T) {
	tests := []struct{ source, want string }{
		{`<p>Un <b>convoi`, `<p>Un <b>convoi</b></p>`},
		{`<ul><li>un<li>deux`, `<ul><li>un</li><li>deux</li></ul>`},
		{`un</div></p> deux`, `un<p></p> deux`},
		{`Un convoi attaqué`, `<p>Un convoi attaqué</p>`},
		{"Premier\nSecond < tiers", `<p>Premier</p><p>Second &lt; tiers</p>`},
		{`<p dir="rtl" lang="ar">قافلة</p>`, `<p dir="rtl" lang="ar">قافلة</p>`},
		{`<h1>Titre</h1>`, `<h2>Titre</h2>`},
		{`<div></div>`, ``},
	}
	for _, test := range tests {
		if got := clean(test.source); got != test.want {
			t.Errorf("%q is %q, want %q", test.source, got, test.want)
		}
	}
}

func TestP50_PicturesThatCountReadersAndButtonsAreDropped(t *testing.T) {
	for _, source := range []string{
		`<p>Gao</p><img src="https://sahel.example/p.gif" width="1" height="1">`,
		`<p>Gao</p><img src="https://feeds.feedburner.com/~r/x/~4/y" alt="">`,
		`<p>Gao</p><img src="https://pixel.wp.com/b.gif?x=1">`,
		`<p>Gao</p><div class="sharedaddy sd-block"><a href="https://twitter.com/intent/tweet?url=x">Tweet</a></div>`,
		`<p>Gao</p><a href="https://www.facebook.com/sharer/sharer.php?u=x"><img src="/fb.png"></a>`,
	} {
		if got := clean(source); got != "<p>Gao</p>" {
			t.Errorf("%q is %q", source, got)
		}
	}
	if got := clean(`<img src="/map.png" width="640" height="480"/>`); !strings.Contains(got, "map.png") {
		t.Errorf("a true picture is lost: %q", got)
	}
}

func TestP49_DeepAndHugeHTMLIsBounded(t *testing.T) {
	deep := strings.Repeat("<div>", 5000) + "Gao" + strings.Repeat("</div>", 5000)
	if got := clean(deep); !strings.Contains(got, "Gao") || strings.Count(got, "<div>") > maxDepth {
		t.Errorf("deep HTML became %d bytes", len(got))
	}
	huge := strings.Repeat("<p>Gao et Ansongo</p>", 100_000)
	if got := clean(huge); len(got) > maxHTML+100 {
		t.Errorf("huge HTML became %d bytes", len(got))
	}
}

func TestPlainTextIsWhatAReaderSees(t *testing.T) {
	tests := []struct{ source, want string }{
		{`<p>Un <b>convoi</b> attaqué</p><p>Trois morts</p>`, "Un convoi attaqué\nTrois morts"},
		{`<table><tr><td>un</td><td>deux</td></tr></table>`, "un deux"},
		{`Gao&nbsp;: l&rsquo;arm&eacute;e`, "Gao : l’armée"},
		{`<style>p{}</style><script>x()</script>Gao`, "Gao"},
		{`Gao<br/>Kidal`, "Gao\nKidal"},
		{"e\u0301tat \u202eevil\u202c \u200bjoint", "état evil joint"},
		{"می\u200cخواهم", "می\u200cخواهم"},
		{`<p>unclosed <a href="x">link`, "unclosed link"},
		{"<p>S\ufffdcurit\ufffd &agrave; M\xe9naka</p>", "S\ufffdcurit\ufffd à M\ufffdnaka"},
	}
	for _, test := range tests {
		if got := plainText(test.source); got != test.want {
			t.Errorf("%q is %q, want %q", test.source, got, test.want)
		}
	}
}

func TestP55_TitlesAreOnePlainLine(t *testing.T) {
	tests := []struct{ source, want string }{
		{"Mali :\n  dix   morts", "Mali : dix morts"},
		{"L&amp;rsquo;armée &amp;amp; la police", "L’armée & la police"},
		{"L&#8217;armée", "L’armée"},
		{"<b>Gao</b> &lt;i&gt;libre&lt;/i&gt;", "Gao libre"},
		{"5 < 6 à <Gao>", "5 < 6 à <Gao>"},
		{"AT&T quitte Bamako", "AT&T quitte Bamako"},
		{"M\ufffdnaka : dix morts", "M\ufffdnaka : dix morts"},
		{"\u202eMali\u202c \u2067dix\u2069\u200b morts", "Mali dix morts"},
		{"", ""},
	}
	for _, test := range tests {
		if got := titleText(test.source); got != test.want {
			t.Errorf("%q is %q, want %q", test.source, got, test.want)
		}
	}
	if got := titleText(strings.Repeat("Mopti ", 80)); len([]rune(got)) > maxTitle || !strings.HasSuffix(got, "Mopti …") {
		t.Errorf("a long title became %q", got)
	}
}

func TestExcerptsPreferTheSourcesSummary(t *testing.T) {
	text := strings.Repeat("Le convoi humanitaire est parti de Gao. ", 20)
	if got := excerpt("Un convoi humanitaire a quitté Gao mardi matin.", text, 300); got != "Un convoi humanitaire a quitté Gao mardi matin." {
		t.Errorf("got %q", got)
	}
	if got := excerpt("Lire", text, 300); !strings.HasPrefix(got, "Le convoi") || len([]rune(got)) > 300 || !strings.HasSuffix(got, " …") {
		t.Errorf("got %q", got)
	}
}

func TestTailsOfContentSystemsAreNotText(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Trois morts à Gao.\nL’article Trois morts à Gao est apparu en premier sur Sahel Info.", "Trois morts à Gao."},
		{"Three dead in Gao.\nThe post Three dead in Gao appeared first on Sahel Info.", "Three dead in Gao."},
		{"ثلاثة قتلى في غاو.\nظهرت المقالة ثلاثة قتلى أولاً على الساحل.", "ثلاثة قتلى في غاو."},
		{"Trois morts à Gao […]", "Trois morts à Gao"},
		{"Trois morts à Gao.\nLire la suite →", "Trois morts à Gao."},
		{"The post in Gao appeared first on the map of 1890 and " + strings.Repeat("remained there, ", 60), "The post in Gao appeared first on the map of 1890 and " + strings.Repeat("remained there, ", 60)},
	}
	for _, test := range tests {
		if got := withoutTail(test.text); got != test.want {
			t.Errorf("%q is %q, want %q", test.text, got, test.want)
		}
	}
}

func FuzzHTML(f *testing.F) {
	for _, seed := range []string{`<p>Un <b>convoi`, `<svg><style><!--</style><img src=x onerror=1>`, `<a href="java&#x09;script:x">`, "\x00\xff<p"} {
		f.Add(seed)
	}
	policy := newPolicy()
	f.Fuzz(func(t *testing.T, source string) {
		got := cleanHTML(policy, source, "https://sahel.example/")
		if again := cleanHTML(policy, got, "https://sahel.example/"); plainText(again) != plainText(got) {
			t.Errorf("cleaning twice changes the text: %q, then %q", got, again)
		}
		for _, bad := range []string{"<script", "<iframe", "javascript:", "<style", "<svg"} {
			if strings.Contains(strings.ToLower(got), bad) && !strings.Contains(strings.ToLower(plainText(source)), bad) && bad != "javascript:" {
				t.Errorf("%q leaves %q", source, got)
			}
		}
		if title := titleText(source); strings.ContainsAny(title, "\n\r") || len([]rune(title)) > maxTitle {
			t.Errorf("title %q", title)
		}
	})
}
