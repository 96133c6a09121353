#!/usr/bin/env python3
"""Readers subscribe to an edition whose sources we script: what they take for new must be what is new.

Usage: .ci/subscribers.py BINARY [READER...]. Steps: unchanged, reordered, one added, one edited, another article stands in. Every reader that
is installed polls after each; 0, 0, 1, 0 and 0 entries may be new to it. Readers: newsboat, rss2email, sfeed, feed2exec, feedparser, liferea.
"""
import contextlib, http.server, json, os, shutil, socket, sqlite3, subprocess, sys, tempfile, threading, time, urllib.request

ITEM = '<item><title>%s</title><link>http://%s/%s</link><guid isPermaLink="false">%s</guid><pubDate>%s</pubDate><description>%s</description></item>'
RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>%s</title><link>http://%s/</link><description>News</description><language>en</language>%s</channel></rss>'


class Outlet:
    """A source that publishes what its list holds."""

    def __init__(self, name):
        self.name, self.items = name, []
        outlet = self

        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = (RSS % (outlet.name, outlet.host, "".join(outlet.items))).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/rss+xml")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.host = "127.0.0.1:%d" % self.server.server_port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def item(self, key, title, text, hours):
        date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(time.time() - 3600 * hours))
        return ITEM % (title, self.host, key, key, date, text)


def free():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return "127.0.0.1:%d" % s.getsockname()[1]


def quiet(*command, **more):
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=True, **more)


def rows(database, query):
    with contextlib.closing(sqlite3.connect(database)) as db:
        return db.execute(query).fetchone()[0]


def files(folder):
    return sum(len(names) for at, _, names in os.walk(folder) if os.path.basename(at) in ("new", "cur"))


class Readers:
    """Each method polls once and tells how many entries the reader has ever taken for new."""

    def __init__(self, folder, edition):
        self.folder, self.edition, self.seen = folder, edition, set()
        os.environ.update(HOME=folder, XDG_CONFIG_HOME=folder + "/config", XDG_DATA_HOME=folder + "/data", XDG_CACHE_HOME=folder + "/cache", LANG="C.UTF-8")

    def path(self, name):
        return os.path.join(self.folder, name)

    def newsboat(self):
        with open(self.path("urls"), "w") as out:
            out.write(self.edition + ".rss\n")
        quiet("newsboat", "-u", self.path("urls"), "-c", self.path("newsboat.db"), "-C", "/dev/null", "-x", "reload")
        return rows(self.path("newsboat.db"), "SELECT count(*) FROM rss_item")

    def sfeed(self):
        # The merge that sfeedrc(5) gives for ids: by itself sfeed takes another title for another entry.
        with open(self.path("sfeedrc"), "w") as out:
            out.write('sfeedpath="%s"\nmerge() { sort -t "\t" -u -k6,6 "$2" "$3" 2>/dev/null; }\nfeeds() { feed edition "%s.atom"; }\n' % (self.path("sfeed"), self.edition))
        quiet("sfeed_update", self.path("sfeedrc"))
        with open(self.path("sfeed/edition"), "rb") as f:
            return len(f.readlines())

    def feedparser(self):
        script = "import feedparser,sys; d=feedparser.parse(sys.argv[1]); assert not d.bozo, d.bozo_exception; print('\\n'.join(e.id for e in d.entries))"
        ids = subprocess.run(["/usr/bin/python3", "-c", script, self.edition + ".atom"], capture_output=True, text=True, timeout=60, check=True).stdout.split()
        self.seen.update(ids)
        return len(self.seen)

    def rss2email(self):
        config, data, box = self.path("r2e.cfg"), self.path("r2e.json"), self.path("r2e")
        r2e = ["/usr/bin/r2e", "-c", config, "-d", data]
        if not os.path.exists(data):
            quiet(*r2e, "new", "desk@example.org")
            with open(config) as f:
                text = f.read()
            with open(config, "w") as out:
                out.write("\n".join(l for l in text.splitlines() if not l.startswith(("email-protocol", "maildir"))).replace(
                    "[DEFAULT]", "[DEFAULT]\nemail-protocol = maildir\nmaildir-path = %s\nmaildir-mailbox = box" % box))
            os.makedirs(box)
            quiet(*r2e, "add", "edition", self.edition + ".rss")
        quiet(*r2e, "run")
        return files(box)

    def feed2exec(self):
        command = ["/usr/bin/feed2exec", "--config", self.path("feed2exec.ini"), "--database", self.path("feed2exec.db")]
        if not os.path.exists(self.path("feed2exec.ini")):
            quiet(*command, "add", "edition", self.edition + ".atom", "--output", "maildir", "--mailbox", self.path("feed2exec"))
        quiet(*command, "fetch")
        return files(self.path("feed2exec"))

    def liferea(self):
        """Started anew in a virtual screen for each poll: it updates all subscriptions at its start."""
        database, display = self.path("data/liferea/liferea.db"), ":%d" % (7000 + os.getpid() % 1000)
        environment = dict(os.environ, DISPLAY=display, GSETTINGS_BACKEND="keyfile", GDK_BACKEND="x11", NO_AT_BRIDGE="1", GIO_USE_NETWORK_MONITOR="base", LIBGL_ALWAYS_SOFTWARE="1",
                           WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS="1")
        list_ = self.path("config/liferea/feedlist.opml")
        if not os.path.exists(list_):
            os.makedirs(os.path.dirname(list_))
            with open(list_, "w") as out:
                out.write('<?xml version="1.0"?><opml version="1.0"><head><title>Subscriptions</title></head><body><outline type="atom" text="edition" '
                          'title="edition" id="edition" xmlUrl="%s.atom" updateInterval="10"/></body></opml>' % self.edition)
        asked = ASKED["liferea"]
        screen = subprocess.Popen(["Xvfb", display, "-screen", "0", "1024x768x24"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            reader = subprocess.Popen(["dbus-run-session", "--", "liferea", "--disable-plugins"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
            try:
                if not wait(60, lambda: ASKED["liferea"] > asked):
                    raise AssertionError("it did not ask for the edition")
                time.sleep(5)  # until what came is stored
            finally:
                os.killpg(reader.pid, 15)
                reader.wait(20)
        finally:
            screen.terminate()
            screen.wait()
        return rows(database, "SELECT count(*) FROM items WHERE comment = 0")


PROGRAMS = {"newsboat": "newsboat", "rss2email": "/usr/bin/r2e", "sfeed": "sfeed_update", "feed2exec": "/usr/bin/feed2exec", "liferea": "liferea"}
ASKED = {"liferea": 0}


def installed(name):
    if name == "feedparser":
        return subprocess.run(["/usr/bin/python3", "-c", "import feedparser"], stderr=subprocess.DEVNULL).returncode == 0
    return bool(shutil.which(PROGRAMS[name])) and (name != "liferea" or all(shutil.which(p) for p in ("Xvfb", "dbus-run-session")))


def wait(seconds, holds):
    for _ in range(int(seconds * 10)):
        if holds():
            return True
        time.sleep(0.1)
    return False


def gate(origin):
    """Stands before the daemon, notes who asks, and has readers ask each time: feed2exec keeps what is fresh."""

    class Pass(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if "iferea" in self.headers.get("User-Agent", ""):
                ASKED["liferea"] += 1
            request = urllib.request.Request("http://" + origin + self.path, headers={k: v for k, v in self.headers.items() if k.lower() in ("accept", "if-none-match", "if-modified-since")})
            try:
                answer = urllib.request.urlopen(request)
            except urllib.error.HTTPError as e:
                answer = e
            body = answer.read()
            self.send_response(answer.status)
            for k, v in answer.headers.items():
                if k.lower() not in ("connection", "transfer-encoding", "date", "content-length"):
                    self.send_header(k, "no-cache" if k == "Cache-Control" else v)
            if answer.status != 304:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pass)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return "127.0.0.1:%d" % server.server_port


def main(binary, *wanted):
    folder = tempfile.mkdtemp()
    monitor, courier = Outlet("Gao Monitor"), Outlet("Niger Courier")
    origin = free()
    public = gate(origin)
    source = '[[source]]\nid = "%s"\nname = "%s"\nurl = "http://%s/feed"\nlanguage = "en"\n'
    with open(folder + "/config.toml", "w") as out:
        out.write('[fetcher]\nschedule = "@every 1s"\nmin_interval = "0s"\nhost_spacing = "0s"\nadaptive = false\nallow = ["127.0.0.0/8"]\n'
                  '[curator]\nid_authority = "example.org,2026"\n[publisher]\nlisten = "%s"\nbase_url = "http://%s"\n'
                  '[[edition]]\nid = "convoys"\ntitle = "Convoys"\nwhere = \'not (title contains "Opinion")\'\n' % (origin, public)
                  + source % ("monitor", monitor.name, monitor.host) + source % ("courier", courier.name, courier.host))
    ambush = "Armed men attacked a supply convoy 30 km south of Gao on Sunday evening, killing twelve people and burning nine lorries, the regional governor said."
    first = [
        monitor.item("ambush", "Convoy ambushed on the Gao-Ansongo road, twelve dead", ambush, 30),
        monitor.item("market", "Weekly market of Dori opens again after two months", "Traders came from twelve villages to sell millet, onions and cattle under the eyes of gendarmes.", 40),
        monitor.item("school", "Teachers in Tillaberi call off their strike", "The union and the ministry agreed on back pay; lessons begin again on Monday in all communes.", 50),
    ]
    monitor.items = list(first)
    daemon = subprocess.Popen([binary, "serve", "--config", folder + "/config.toml", "--state", folder + "/state"], stdout=subprocess.DEVNULL, stderr=open(folder + "/log", "w"))

    def edition():
        try:
            with urllib.request.urlopen("http://%s/editions/convoys.json" % origin, timeout=10) as answer:
                return json.load(answer)["items"]
        except OSError:
            return []

    def until(what, holds):
        if not wait(40, lambda: holds(edition())):
            raise AssertionError("the edition never came to be so: " + what)

    def story():  # the other outlet tells the ambush too
        courier.items = [courier.item("convoi", "Twelve dead as convoy is ambushed on the Gao-Ansongo road",
                                      "A supply convoy was attacked by armed men 30 km south of Gao on Sunday evening. Twelve people were killed and nine lorries burnt, the regional governor said.", 29)]

    def add():
        monitor.items.insert(0, monitor.item("bridge", "Bridge of Ansongo closed to lorries for repairs", "The directorate of roads closes the bridge for three weeks and sends lorries by way of Labbezanga.", 1))

    def edit():
        monitor.items[1] = first[0].replace("twelve people", "fourteen people")

    def retitle():
        monitor.items[1] = first[0].replace("<title>", "<title>Opinion: ").replace("twelve people", "fourteen people")

    failed = 0
    try:
        until("three articles", lambda items: len(items) == 3)
        story()
        until("one story of two outlets", lambda items: len(items) == 3 and any("Niger Courier" in json.dumps(i) for i in items))
        before = sorted(i["id"] for i in edition())
        readers = Readers(folder, "http://%s/editions/convoys" % public)
        names = [n for n in wanted or ("newsboat", "rss2email", "sfeed", "feed2exec", "feedparser", "liferea")]
        for name in [n for n in names if not installed(n)]:
            print("%s: not installed, not asked" % name)
        known = {}
        steps = [
            ("subscribed", 3, lambda: None, lambda items: True),
            ("unchanged", 0, lambda: None, lambda items: True),
            ("reordered", 0, monitor.items.reverse, lambda items: True),
            ("one added", 1, add, lambda items: len(items) == 4),
            ("one edited", 0, edit, lambda items: any("fourteen people" in json.dumps(i) for i in items)),
            ("another article stands in", 0, retitle, lambda items: any(i["title"].startswith("Twelve dead") for i in items)),
        ]
        for step, new, act, holds in steps:
            act()
            if step == "reordered":
                time.sleep(3)  # two rounds
                monitor.items.reverse()
            until(step, holds)
            for name in names:
                if not installed(name):
                    continue
                try:
                    count = getattr(readers, name)()
                except Exception as e:
                    failed += 1
                    print("%s: %s: %s: %s" % (step, name, type(e).__name__, e))
                    continue
                got = count - known.get(name, 0)
                known[name] = count
                print("%s: %s takes %d for new" % (step, name, got))
                failed += got != new
        after = sorted(i["id"] for i in edition())
        if not set(before) < set(after) or len(after) != 4:
            failed += 1
            print("the ids were %s and are %s" % (before, after))
    finally:
        daemon.terminate()
        daemon.wait(20)
        if failed:
            print(open(folder + "/log").read()[-2000:])
        shutil.rmtree(folder, ignore_errors=True)
    return failed


if __name__ == "__main__":
    sys.exit(1 if main(*sys.argv[1:]) else 0)
