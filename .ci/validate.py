"""The parts of .ci/validate; see there. Nothing but the standard library, except that w3c imports feedvalidator."""
import collections, email.utils, html.parser, http.server, json, os, re, socket, sys, urllib.error, urllib.parse, urllib.request
import xml.etree.ElementTree as tree

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
FORMATS = ("rss", "atom", "json", "geojson", "opml")
TYPES = {"rss": "application/rss+xml", "rdf": "application/rdf+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
LIMIT = 1500  # documents of one walk


def free():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return "127.0.0.1:%d" % s.getsockname()[1]


# feeds DIR CONFIG: serves the folder on loopback and writes a configuration whose editions take everything.
def feeds(folder, config):
    class Files(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *args):
            super().__init__(*args, directory=folder)

        def guess_type(self, path):
            return TYPES.get(path.rsplit(".", 1)[-1], "application/xml")

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files)
    base = "http://127.0.0.1:%d/" % server.server_port
    lines = ['[fetcher]', 'schedule = "@yearly"', 'concurrency = 8', 'host_spacing = "0s"', 'min_interval = "0s"', 'allow = ["127.0.0.0/8"]',
             '[curator]', 'id_authority = "example.org,2026"', '[publisher]', 'listen = "%s"' % free(), 'contact = "desk@example.org"', '']
    for limit, extra in ((100, ""), (50, 'stories = "list"\n'), (10, 'language = "ar"\n'), (1, 'language = "fr"\n')):
        lines.append('[[edition]]\nid = "all-%d"\ntitle = "All & the rest, %d"\nlimit = %d\n%swhere = "true"\n' % (limit, limit, limit, extra))
    names = sorted(n for n in os.listdir(folder) if not n.startswith(".") and os.path.isfile(os.path.join(folder, n)))
    # Small editions as well: of every dozen of sources, so that no document is crowded out by newer ones.
    for start in range(0, len(names), 12):
        sources = json.dumps(["s%d" % i for i in range(start, min(start + 12, len(names)))])
        lines.append('[[edition]]\nid = "part-%d"\ntitle = "Part %d"\nlimit = 100\nstories = "list"\nsources = %s\n' % (start, start, sources))
    for i, name in enumerate(names):
        lines.append('[[source]]\nid = "s%d"\nurl = "%s"\nfull_text = "test"\n' % (i, base + urllib.parse.quote(name)))
    with open(config, "w") as out:
        out.write("\n".join(lines))
    print(base)
    server.serve_forever()


class Page(html.parser.HTMLParser):
    """What a page links to, and what it may not hold."""
    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
    FORBIDDEN = {"script", "iframe", "object", "embed", "applet", "base", "math", "frame", "frameset", "noscript", "template"}

    def __init__(self, text):
        super().__init__()
        self.links, self.faults, self.open = [], [], []
        self.feed(text)
        self.close()
        if self.open:
            self.faults.append("not closed: %s" % self.open)

    def handle_starttag(self, tag, attributes):
        self.look(tag, attributes)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.look(tag, attributes)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append("</%s> closes nothing" % tag)

    def look(self, tag, attributes):
        if tag in self.FORBIDDEN:
            self.faults.append("<%s>" % tag)
        for name, value in attributes:
            scheme = re.sub(r"[\x00-\x20]", "", value or "").lower().split(":")[0]
            if name.startswith("on") or name in ("srcdoc", "style", "formaction"):
                self.faults.append("%s of <%s>" % (name, tag))
            if name in ("href", "src", "action", "poster", "data") and scheme in ("javascript", "data", "vbscript", "file"):
                self.faults.append("%s=%s" % (name, value))
            if name == "href" and value:
                self.links.append(value)


def get(address):
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read()
    except urllib.error.HTTPError as e:
        return e.code, "", b""


# walk BASE DIR: follows every link of the site and keeps what it finds, one file a document and INDEX.
def walk(base, folder):
    os.makedirs(folder)
    ways = collections.deque([base + "/", base + "/opml.xml", base + "/sources.opml", base + "/coverage", base + "/coverage.json", base + "/editions/health"])
    for suffix in ("", ".rss", ".atom", ".json"):
        ways.append(base + "/search" + suffix + "?q=mali")
    seen, index, kinds = set(ways), {}, collections.Counter()

    def add(address):
        address = urllib.parse.urldefrag(address)[0]
        if address.startswith(base + "/") and address not in seen:
            seen.add(address)
            ways.append(address)

    while ways and len(index) < LIMIT:
        address = ways.popleft()
        path = urllib.parse.urlsplit(address).path
        kind = path.split("/")[1] + ("?" if "?" in address else "")
        kinds[kind] += 1
        if kinds[kind] > 100 and not (kind == "editions" and kinds[kind] < 700):
            continue  # enough of this kind
        status, media, body = get(address)
        if status != 200:
            if not path.startswith("/editions/") or "/archive/" not in path:  # a successor is promised before it is written
                sys.exit("%s answers %d" % (address, status))
            continue
        ending = path.rsplit(".", 1)[-1] if "." in path.rsplit("/", 1)[-1] else "html"
        name = "%04d.%s" % (len(index), "opml" if path.endswith(".xml") else ending)
        with open(os.path.join(folder, name), "wb") as out:
            out.write(body)
        index[name] = address
        if media == "text/html":
            for link in Page(body.decode()).links:
                add(urllib.parse.urljoin(address, link))
        if path.startswith("/editions/") and ending == "html" and "?" not in address and not path.endswith("/map"):
            for suffix in FORMATS:
                add(address + "." + suffix)
                if "health" not in path and "-" not in path.rsplit("/", 1)[-1].replace("sahel-", ""):
                    add(address + "." + suffix + "?country=ML")
            if not path.endswith(("-health", "/health")):
                add(address + "-health")
        if ending == "atom":
            for link in re.findall(rb'href="([^"]+)" rel="(?:prev|next)-archive"|rel="(?:prev|next)-archive" href="([^"]+)"', body):
                for one in filter(None, link):
                    add(one.decode())
                    add(one.decode().replace(".atom", ".json"))
    with open(os.path.join(folder, "INDEX"), "w") as out:
        json.dump(index, out)
    print("walked %d documents: %s" % (len(index), ", ".join("%s %d" % k for k in sorted(kinds.items()))))


def documents(folder):
    with open(os.path.join(folder, "INDEX")) as f:
        for name, address in json.load(f).items():
            with open(os.path.join(folder, name), "rb") as document:
                yield name.rsplit(".", 1)[-1], address, document.read()


def moment(text):
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text or ""):
        raise AssertionError("no date of RFC 3339: %r" % text)


def absolute(address):
    if not re.match(r"(https?://[^\s/]|mailto:|tag:|urn:)", address or "") or re.search(r"[\s<>\"]", address):
        raise AssertionError("no absolute address: %r" % address)


def clean(text):
    faults = Page(text).faults
    assert not faults, "HTML: %s" % faults[:3]


def once(ids):
    assert all(ids), "an entry has no id"
    double = [i for i, n in collections.Counter(ids).items() if n > 1]
    assert not double, "twice: %s" % double
    return ids


def atom(body, address):
    feed = tree.fromstring(body)
    assert feed.tag == ATOM + "feed"
    for element in [feed] + feed.findall(ATOM + "entry"):
        for name in ("id", "title", "updated"):
            assert len(element.findall(ATOM + name)) == 1, "one <%s> is due" % name
        assert element.find(ATOM + "title").text, "an empty title"
        moment(element.find(ATOM + "updated").text)
        assert element.find(ATOM + "author/" + ATOM + "name") is not None or feed.find(ATOM + "author") is not None, "no author"
    assert [l.get("href") for l in feed.findall(ATOM + "link") if l.get("rel") == "self"] == [address], "self is not the address"
    for link in feed.iter(ATOM + "link"):
        absolute(link.get("href"))
    for entry in feed.findall(ATOM + "entry"):
        assert entry.find(ATOM + "content") is not None or any(l.get("rel", "alternate") == "alternate" for l in entry.findall(ATOM + "link"))
        for name in ("content", "summary"):
            for text in entry.findall(ATOM + name):
                if text.get("type") == "html":
                    clean(text.text or "")
    return once([e.findtext(ATOM + "id") for e in feed.findall(ATOM + "entry")])


def rss(body, address):
    root = tree.fromstring(body)
    channel = root.find("channel")
    assert root.get("version") == "2.0" and all(channel.findtext(n) for n in ("title", "link", "description")), "title, link and description are due"
    assert channel.find(ATOM + "link").get("href") == address, "self is not the address"
    for item in channel.findall("item"):
        assert item.findtext("title") and item.find("guid").get("isPermaLink") == "false"
        assert email.utils.parsedate_tz(item.findtext("pubDate")), "pubDate: %r" % item.findtext("pubDate")
        if item.find("link") is not None:
            absolute(item.findtext("link"))
        clean(item.findtext("description") or "")
        clean(item.findtext(CONTENT) or "")
    return once([i.findtext("guid") for i in channel.findall("item")])


def jsonfeed(body, address):
    feed = json.loads(body)
    if "items" not in feed:
        return None  # the coverage
    assert feed["version"] == "https://jsonfeed.org/version/1.1" and feed["title"] and feed["feed_url"] == address, "version, title or feed_url"
    for item in feed["items"]:
        assert isinstance(item["id"], str) and ("content_html" in item or "content_text" in item)
        clean(item.get("content_html", ""))
        for name in ("date_published", "date_modified"):
            if name in item:
                moment(item[name])
        for name in ("url", "external_url", "image"):
            if name in item:
                absolute(item[name])
    return once([i["id"] for i in feed["items"]])


def geojson(body, address):
    layer = json.loads(body)
    assert layer["type"] == "FeatureCollection"
    for feature in layer["features"]:
        lon, lat = feature["geometry"]["coordinates"]
        assert feature["type"] == "Feature" and abs(lon) <= 180 and abs(lat) <= 90


def opml(body, address):
    root = tree.fromstring(body)
    assert root.get("version") == "2.0" and root.find("head") is not None and root.find("body") is not None
    for outline in root.iter("outline"):
        assert outline.get("text"), "an outline without text"
        if outline.get("type") == "rss":
            absolute(outline.get("xmlUrl"))


def page(body, address):
    text = body.decode()
    assert text.startswith("<!DOCTYPE html>") and re.search(r'<html lang="[^"]+"', text) and text.count("<main") == 1 and text.count("<h1") == 1
    clean(text)


RULES = {"atom": atom, "rss": rss, "json": jsonfeed, "geojson": geojson, "opml": opml, "html": page}


# rules DIR: what must hold for every document of ours.
def rules(folder):
    count, failed, entries = collections.Counter(), 0, 0
    for ending, address, body in documents(folder):
        if ending not in RULES:
            continue
        count[ending] += 1
        try:
            text = body.decode("utf-8")
            junk = re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]|&#(x0*[0-8bcef];|x0*1[0-9a-f];|0*[0-8];)", text, re.I)
            assert not junk, "a character that may not stand there: %r" % text[max(junk.start() - 40, 0):junk.end() + 20]
            entries += len(RULES[ending](body, address) or ())
        except Exception as e:
            failed += 1
            print("%s: %s: %s" % (address, type(e).__name__, e))
    print("%d documents (%s), %d entries; %d with faults" % (sum(count.values()), ", ".join("%s %d" % c for c in sorted(count.items())), entries, failed))
    return failed


# NOISE is what feedvalidator warns of and we mean: extensions that it does not know.
NOISE = {"UnknownNamespace", "UnregisteredAtomLinkRel"}


# FOREIGN is what it warns of because sources wrote so, and we carry it over: ids that stay byte for byte, equal dates, broken
# characters, titles that speak of HTML.
FOREIGN = {"DuplicateUpdated", "ContainsUndeclaredHTML", "ContainsHTML", "SchemeNotIANARegistered", "InvalidTAG", "BadCharacters", "NotHtml"}


# w3c DIR [foreign]: errors and warnings of feedvalidator.
def w3c(folder, foreign=""):
    import feedvalidator
    from feedvalidator import compatibility
    from feedvalidator.formatter.text_plain import Formatter
    count, failed, noise, meant = 0, 0, collections.Counter(), NOISE | (FOREIGN if foreign else set())
    for ending, address, body in documents(folder):
        if ending not in ("rss", "atom", "opml"):
            continue
        count += 1
        try:
            events = feedvalidator.validateString(body, firstOccurrenceOnly=1, base=address)["loggedEvents"]
        except feedvalidator.logging.ValidationFailure as failure:
            events = [failure.event]
        except Exception as e:
            events = []
            failed += 1
            print("%s: feedvalidator broke: %s: %s" % (address, type(e).__name__, e))
        told = []
        for event in compatibility.AA(events):
            name = type(event).__name__
            noise[name] += name in meant
            if name not in meant:
                told.append(event)
        if told:
            failed += 1
            print(address)
            for event, line in zip(told, Formatter(told)):
                print("   %s: %s" % (type(event).__name__, line))
    print("%d documents, %d with faults; meant: %s" % (count, failed, {k: v for k, v in noise.items() if v}))
    return failed


if __name__ == "__main__":
    sys.exit(1 if {"feeds": feeds, "walk": walk, "rules": rules, "w3c": w3c}[sys.argv[1]](*sys.argv[2:]) else 0)
