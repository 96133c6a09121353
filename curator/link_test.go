package curator

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

func testLinks(t testing.TB) *links {
	t.Helper()
	l, err := newLinks()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestF97_LinksLoseWhatOnlyTracksReaders(t *testing.T) {
	l := testLinks(t)
	tests := []struct{ raw, want string }{
		{"HTTPS://WWW.Sahel.Example:443/a/b?utm_source=rss&id=7&utm_medium=x#top", "https://www.sahel.example/a/b?id=7"},
		{"http://sahel.example:80", "http://sahel.example/"},
		{"http://sahel.example:8080/x", "http://sahel.example:8080/x"},
		{"https://sahel.example/?p=12&fbclid=abc", "https://sahel.example/?p=12"},
		{"https://sahel.example/?p=12&b=2&a=1", "https://sahel.example/?p=12&b=2&a=1"},
		{"https://sahel.example/#!/article/7", "https://sahel.example/#!/article/7"},
		{"https://sahel.example/a/../b/./c", "https://sahel.example/b/c"},
		{"https://sahel.example/%d9%85%d8%a7%d9%84%d9%8a", "https://sahel.example/%D9%85%D8%A7%D9%84%D9%8A"},
		{"https://sahel.example/مالي", "https://sahel.example/%D9%85%D8%A7%D9%84%D9%8A"},
		{"https://münchen.example/x", "https://xn--mnchen-3ya.example/x"},
		{"https://user:secret@sahel.example/x", "https://sahel.example/x"},
		{" https://sahel.example/x \n", "https://sahel.example/x"},
		{"urn:uuid:1", ""},
		{"javascript:alert(1)", ""},
		{"https://sahel.example/hausse-de-100%-du-mil", "https://sahel.example/hausse-de-100%25-du-mil"},
		{"https://sahel.example/100%", "https://sahel.example/100%25"},
		{"", ""},
		{"https://www.wsj.com/articles/a-b-c-1?mod=rss_world", "https://www.wsj.com/articles/a-b-c-1"},
		{"https://www.wsj.com/articles/a-b-c-1?mod%3Dhp_lead", "https://www.wsj.com/articles/a-b-c-1"},
		{"https://sahel.example/x?mod=7", "https://sahel.example/x?mod=7"},
		{"https://sahel.example/x?source=rss", "https://sahel.example/x"},
		{"https://sahel.example/x?UTM_Source=Feed&Fbclid=a&id=7", "https://sahel.example/x?id=7"},
		{"https://sahel.example/x?source=42", "https://sahel.example/x?source=42"},
		{"https://sahel.example/attaque-a-gao-hier?ref=other.example", "https://sahel.example/attaque-a-gao-hier"},
		{"https://sahel.example/x?ref=abc", "https://sahel.example/x?ref=abc"},
		{"https://www.youtube.com/watch?v=abc&t=10s&si=x", "https://www.youtube.com/watch?v=abc"},
	}
	for _, test := range tests {
		if got := l.canonical(test.raw); got != test.want {
			t.Errorf("%q is %q, want %q", test.raw, got, test.want)
		}
	}
}

func TestF98_SignedAndArchivedLinksAreLeftAlone(t *testing.T) {
	l := testLinks(t)
	for _, link := range []string{
		"https://files.example/r.pdf?utm_source=x&X-Amz-Signature=abc",
		"https://files.example/r.pdf?fbclid=x&Policy=p&Signature=abc&Key-Pair-Id=K1",
		"https://files.example/r.pdf?sv=2024&sig=abc&utm_campaign=x",
		"https://web.archive.org/web/2024/https://sahel.example/x?utm_source=rss",
	} {
		if got := l.canonical(link); got != link {
			t.Errorf("%q became %q", link, got)
		}
	}
}

func TestF100_SmallScreenTwinsAreFoldedByRule(t *testing.T) {
	l := testLinks(t)
	tests := []struct{ raw, want string }{
		{"https://www-sahel-example.cdn.ampproject.org/c/s/www.sahel.example/a-b-c/amp/", "https://www.sahel.example/a-b-c/"},
		{"https://www.google.com/amp/s/www.sahel.example/a-b-c", "https://www.sahel.example/a-b-c"},
		{"https://sahel.example/attaque-dans-le-nord/amp", "https://sahel.example/attaque-dans-le-nord/"},
		{"https://sahel.example/themes/amp", "https://sahel.example/themes/amp"},
		{"https://sahel.example/x?amp=1", "https://sahel.example/x"},
		{"https://amp.rfi.fr/fr/afrique/1-x", "https://www.rfi.fr/fr/afrique/1-x"},
		{"https://m.sahel.example/x", "https://m.sahel.example/x"},
	}
	for _, test := range tests {
		if got := l.canonical(test.raw); got != test.want {
			t.Errorf("%q is %q, want %q", test.raw, got, test.want)
		}
	}
}

func TestF102_RedirectorsAreUnwrappedWithoutARequest(t *testing.T) {
	l := testLinks(t)
	target := "https://sahel.example/x?id=3"
	wrapped := url.QueryEscape(target)
	tests := []struct{ raw, want string }{
		{"https://www.google.com/url?rct=j&url=" + wrapped + "&ct=ga", target},
		{"http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=" + wrapped, target},
		{"https://l.facebook.com/l.php?u=" + wrapped + "&h=abc", target},
		{"https://www.google.com/url?url=" + url.QueryEscape("https://l.facebook.com/l.php?u="+wrapped), target},
		{"https://www.google.com/url?url=javascript:alert(1)", "https://www.google.com/url?url=javascript:alert(1)"},
		{"https://sahel.example/go?url=" + wrapped, "https://sahel.example/go?url=" + wrapped},
	}
	for _, test := range tests {
		if got := l.canonical(test.raw); got != test.want {
			t.Errorf("%q is %q, want %q", test.raw, got, test.want)
		}
	}
}

func TestF91_KeysFoldSchemeHostAndSlash(t *testing.T) {
	l := testLinks(t)
	same := []string{"http://sahel.example/a?x=1&y=2", "https://www.sahel.example/a/?y=2&x=1#z", "https://sahel.example:443/a?x=1&y=2&utm_term=q"}
	for _, link := range same[1:] {
		if l.key(link) != l.key(same[0]) {
			t.Errorf("%q and %q have keys %q and %q", same[0], link, l.key(same[0]), l.key(link))
		}
	}
	if l.key("https://sahel.example/?p=1") == l.key("https://sahel.example/?p=2") {
		t.Error("two articles share a key")
	}
	if got := twins("https://sahel.example/a?x=1"); !slices.Contains(got, "http://www.sahel.example/a/?x=1") || !slices.Contains(got, "https://sahel.example/a?x=1") {
		t.Errorf("twins are %q", got)
	}
}

func FuzzLink(f *testing.F) {
	for _, seed := range []string{"https://sahel.example/a?utm_source=x", "http://[::1]:80/%zz", "//x", "https://google.com/url?q=https://google.com/url?q=x", "https://a/amp/s/b"} {
		f.Add(seed)
	}
	l := testLinks(f)
	f.Fuzz(func(t *testing.T, raw string) {
		once := l.canonical(raw)
		if _, ok := parseWeb(once); !ok {
			return
		}
		u, err := url.Parse(once)
		if err != nil || strings.ContainsAny(once, " \n\t") || u.User != nil {
			t.Errorf("%q became %q: %v", raw, once, err)
		}
		if twice := l.key(once); twice != l.key(raw) && strings.Count(raw, "http") < 2 {
			t.Errorf("%q has key %q, its canonical form %q has %q", raw, l.key(raw), once, twice)
		}
	})
}
