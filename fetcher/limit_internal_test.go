package fetcher

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"harmattan/news"
)

// net/http reads the environment's proxy once in a process, so no test of ours
// can see whether it would be asked.
func TestF103_F104_ConnectionsAreGuardedAndBounded(t *testing.T) {
	f, err := New(Default(), "1.2")
	if err != nil {
		t.Fatal(err)
	}
	for name, transport := range map[string]*http.Transport{"usual": f.transport, "HTTP/1.1": f.http1} {
		if transport.Proxy != nil {
			t.Errorf("%s: a proxy of the environment would be used", name)
		}
		if transport.ResponseHeaderTimeout <= 0 || transport.TLSHandshakeTimeout <= 0 || transport.MaxResponseHeaderBytes <= 0 {
			t.Errorf("%s: a server may take any time or send any header: %+v", name, transport)
		}
	}
}

func TestF103_OnlyTheOpenInternetIsPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.216.34": true, "::ffff:93.184.216.34": true, "2606:4700::1": true, "100.128.0.1": true, "1.1.1.1": true,
		"0.1.2.3": false, "10.0.0.1": false, "127.0.0.1": false, "169.254.169.254": false, "172.16.0.1": false, "192.168.0.1": false,
		"100.64.0.1": false, "192.0.0.1": false, "192.0.2.1": false, "192.88.99.1": false, "198.18.0.1": false, "198.19.255.255": false,
		"198.51.100.1": false, "203.0.113.1": false, "224.0.0.1": false, "240.0.0.1": false, "250.1.2.3": false, "255.255.255.255": false,
		"::": false, "::1": false, "::7f00:1": false, "64:ff9b::1": false, "64:ff9b:1::1": false, "100::1": false, "2001::1": false,
		"2001:db8::1": false, "2002:7f00:1::": false, "3fff::1": false, "5f00::1": false, "fc00::1": false, "fd00::1": false,
		"fe80::1": false, "ff02::1": false, "2606:4700::1%eth0": false,
		"::ffff:100.64.0.1": false, "::ffff:10.0.0.1": false, "::ffff:240.0.0.1": false, "::ffff:198.18.0.1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestF103_AMappedAddressIsWhatItMaps(t *testing.T) {
	d := dialer{}
	for address, want := range map[string]bool{
		"[::ffff:100.64.0.1]:443": false, "[::ffff:93.184.216.34]:443": true, "240.0.0.1:80": false, "93.184.216.34:8080": false,
	} {
		if err := d.check("tcp", address, nil); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestF105_ALogShowsAnAddressWithoutItsSecrets(t *testing.T) {
	for raw, want := range map[string]string{
		"https://desk:hush@tenere.example/feed?token=hush&a=b#hush": "https://tenere.example/feed?%E2%80%A6",
		"https://hush@tenere.example/feed":                          "https://tenere.example/feed",
		"https://tenere.example/%zz?token=hush":                     "an address that cannot be read",
		"https://tenere.example/feed":                               "https://tenere.example/feed",
	} {
		got := shown(raw)
		if strings.Contains(got, "hush") || strings.ReplaceAll(got, "…", "%E2%80%A6") != want {
			t.Errorf("%s is shown as %s", raw, got)
		}
	}
}

// received reads a body through the reader with a limit.
func received(limit int, coding string, body []byte) (int, error) {
	res := &http.Response{Header: http.Header{"Content-Encoding": {coding}}, Body: io.NopCloser(bytes.NewReader(body))}
	r, packed := &reader{limit: limit}, &bytes.Buffer{}
	if err := r.load(packed, res, func(error) {}, anyRoom); err != nil {
		return packed.Len(), err
	}
	plain, err := r.unpack(packed, res.Header, anyRoom)
	return plain.Len(), err
}

func TestF104_AWideWindowOfZstdIsRefused(t *testing.T) {
	pack := func(window int) []byte {
		var b bytes.Buffer
		z, err := zstd.NewWriter(&b, zstd.WithWindowSize(window), zstd.WithEncoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		for range 18 {
			_, _ = z.Write(bytes.Repeat([]byte("harmattan "), 100<<10))
		}
		_ = z.Close()
		return b.Bytes()
	}
	if n, err := received(64<<20, "zstd", pack(8<<20)); err != nil || n != 18_432_000 {
		t.Errorf("a window of 8 MiB: %d bytes, %v", n, err)
	}
	if n, err := received(64<<20, "zstd", pack(16<<20)); err == nil {
		t.Errorf("a window of 16 MiB: %d bytes", n)
	}
}

func TestF104_BytesOfTheWireCountToo(t *testing.T) {
	var empty bytes.Buffer
	z := gzip.NewWriter(&empty)
	_, _ = z.Write(nil)
	_ = z.Close()
	members := bytes.Repeat(empty.Bytes(), 10_000) // hundreds of KB that hold nothing
	if n, err := received(64<<10, "gzip", members); !errors.Is(err, errTooLarge) {
		t.Errorf("%d KB on the wire: %d bytes, %v", len(members)>>10, n, err)
	}
	if n, err := received(1<<20, "gzip", members); err != nil || n != 0 {
		t.Errorf("within the limit: %d bytes, %v", n, err)
	}
}

func TestF104_ALongTextIsCut(t *testing.T) {
	long := strings.Repeat("longue histoire ", 100_000)
	for name, c := range map[string]struct {
		inside string
		cut    int
	}{
		"text":           {long, 1},
		"CDATA":          {"<![CDATA[" + long + "]]>", 1},
		"without blanks": {strings.Repeat("é", 1_000_000), 1},
		"short enough":   {long[:1<<20], 0},
	} {
		document := `<rss><channel><item><title>Gao</title><description>` + c.inside + `</description></item><item><title>Kidal</title></item></channel></rss>`
		doc, err := Parse(news.Source{ID: "x"}, []byte(document), "", "", Limits{})
		if err != nil || len(doc.Items) != 2 || doc.Recoveries["text cut at 1 MiB"] != c.cut || len(doc.Items[0].Summary) > 1<<20 {
			t.Errorf("%s: %d items, %v: %v", name, len(doc.Items), doc.Recoveries, err)
		}
	}
}

func TestF104_MistakesOfMarkupAreBounded(t *testing.T) {
	item := func(inside string) string {
		return `<rss><channel><item><title>Gao</title><description>` + inside + `</description></item><item><title>Kidal</title></item></channel></rss>`
	}
	for n, taken := range map[int]int{19_900: 0, 20_100: 1} {
		doc, err := Parse(news.Source{ID: "x"}, []byte(item(strings.Repeat("< ", n))), "", "", Limits{})
		if err != nil || len(doc.Items) != 2 || doc.Recoveries["field taken as text"] != taken {
			t.Errorf("%d mistakes: %d items, %v: %v", n, len(doc.Items), doc.Recoveries, err)
		}
	}
	if _, err := Parse(news.Source{ID: "x"}, []byte(`<rss><channel>`+strings.Repeat("< ", 20_100)+`</channel></rss>`), "", "", Limits{}); !errors.Is(err, errBomb) {
		t.Errorf("outside of items: %v", err)
	}
}

func TestF104_ItemsOfADocumentAreBounded(t *testing.T) {
	for _, more := range []int{0, 10} {
		document := `<rss><channel>` + strings.Repeat("<item><title>Gao</title></item>", 50_000+more) + `</channel></rss>`
		doc, err := Parse(news.Source{ID: "x"}, []byte(document), "", "", Limits{Items: 10})
		if doc.Total > 50_000 {
			t.Errorf("%d items more than allowed: %d in all, %v", more, doc.Total, err)
		}
		list := fmt.Sprintf(`{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[%s{"id":"1"}]}`, strings.Repeat(`{"id":"1"},`, 49_999+more))
		if _, err = Parse(news.Source{ID: "x"}, []byte(list), "application/feed+json", "", Limits{Items: 10}); errors.Is(err, errBomb) != (more > 0) {
			t.Errorf("%d items of JSON more than allowed: %v", more, err)
		}
	}
}

func TestManyHostsCostNoMoreThanTheirJobs(t *testing.T) {
	o := Default()
	o.Allow = []string{"127.0.0.1"}
	f, err := New(o, "test")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // nothing is fetched
	jobs := make([]Job, 5000)
	for i := range jobs {
		id := fmt.Sprint("s", i)
		jobs[i] = Job{Source: news.Source{ID: id, URL: "https://" + id + ".example/rss"}, State: news.SourceState{SourceID: id}}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range f.Stream(ctx, jobs, time.Now) {
		t.Error("a result came")
	}
	runtime.ReadMemStats(&after)
	if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 200 {
		t.Errorf("%d MB for %d jobs", used, len(jobs))
	}
}

func TestF104_LargeDocumentsWaitForRoomAndSmallOnesDoNot(t *testing.T) {
	f, err := New(Default(), "1.2")
	if err != nil {
		t.Fatal(err)
	}
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	visiting := func() *visit { return &visit{fetcher: f, clock: func() time.Time { return noon }, leave: func() {}} }
	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	fill := func(ctx context.Context, v *visit, size int) error {
		var body bytes.Buffer
		err := f.reader.fill(&body, bytes.NewReader(make([]byte, size)), 0, v.room(ctx, f.wire))
		if err == nil && body.Len() != size {
			t.Errorf("%d bytes of %d were read", body.Len(), size)
		}
		return err
	}
	var large []*visit
	for range cap(f.wire.large) {
		v := visiting()
		large = append(large, v)
		if err := fill(t.Context(), v, middleBody+1); err != nil {
			t.Error(err)
		}
	}
	last := visiting()
	var held *heldError
	if err := fill(short, last, middleBody+1); !errors.As(err, &held) || !held.until.After(noon) {
		t.Errorf("one too many: %v", err)
	}
	last.exit()
	for _, size := range []int{0, 1, smallBody, smallBody + 1, middleBody - 1, middleBody} {
		v := visiting()
		if err := fill(t.Context(), v, size); err != nil {
			t.Errorf("%d bytes: %v", size, err)
		}
		v.exit()
	}
	large[0].exit()
	if err := fill(t.Context(), visiting(), middleBody+1); err != nil {
		t.Errorf("after another left: %v", err)
	}
}

func TestF104_ABodyAtItsLimitIsReadWholeAndNoByteMore(t *testing.T) {
	for _, limit := range []int{1 << 10, smallBody, smallBody + 5, middleBody, middleBody + 5} {
		for _, more := range []int{-1, 0, 1, 600} {
			n, err := received(limit, "", make([]byte, limit+more))
			if more > 0 && !errors.Is(err, errTooLarge) || more <= 0 && (err != nil || n != limit+more) {
				t.Errorf("%d bytes of at most %d: %d, %v", limit+more, limit, n, err)
			}
		}
	}
}
