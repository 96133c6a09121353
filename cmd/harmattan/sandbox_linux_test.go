package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// sandboxed makes the test binary a launcher: it takes the rules in this
// variable upon itself and executes its arguments.
const sandboxed = "HARMATTAN_TEST_SANDBOX"

// rules are those of a unit that the kernel enforces by a filter of system calls:
// SystemCallFilter=, MemoryDenyWriteExecute=, RestrictAddressFamilies= and
// RestrictNamespaces=, as systemd 252 writes them.
type rules struct {
	Calls    []uint32 // that are allowed
	Families []uint32 // of sockets that may be opened
}

// enterSandbox is the launcher. It ends the process when the rules do not hold.
func enterSandbox(text string) error {
	var r rules
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return err
	}
	if err := os.Unsetenv(sandboxed); err != nil {
		return err
	}
	runtime.LockOSThread() // the rules are this thread's, which executes the program
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("no new privileges: %w", err)
	}
	filter := r.filter()
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	if err := unix.Prctl(unix.PR_SET_SECCOMP, unix.SECCOMP_MODE_FILTER, uintptr(unsafe.Pointer(&program)), 0, 0); err != nil {
		return fmt.Errorf("filter of system calls: %w", err)
	}
	if _, err := unix.Mmap(-1, 0, 4096, unix.PROT_WRITE|unix.PROT_EXEC, unix.MAP_PRIVATE|unix.MAP_ANON); !errors.Is(err, unix.EPERM) {
		return fmt.Errorf("memory can be written and run: %w", err)
	}
	if _, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW, 0); !errors.Is(err, unix.EAFNOSUPPORT) {
		return fmt.Errorf("a netlink socket can be opened: %w", err)
	}
	if err := unix.Sethostname([]byte("x")); !errors.Is(err, unix.EPERM) {
		return fmt.Errorf("the host's name can be changed: %w", err)
	}
	return unix.Exec(os.Args[1], os.Args[1:], os.Environ())
}

// Offsets into struct seccomp_data, and answers of a filter (seccomp(2)).
const (
	callAt    = 0
	machineAt = 4
	firstArg  = 16
	refusal   = unix.SECCOMP_RET_ERRNO
)

// machine is how the kernel names the architecture.
func machine() uint32 {
	if runtime.GOARCH == "arm64" {
		return unix.AUDIT_ARCH_AARCH64
	}
	return unix.AUDIT_ARCH_X86_64
}

// filter writes the rules for the kernel.
func (r rules) filter() []unix.SockFilter {
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	mask := func(bits uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, K: bits}
	}
	answer := func(what uint32) unix.SockFilter { return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: what} }
	// unless skips the next n when the value is another one.
	unless := func(value uint32, n int) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jf: uint8(n), K: value}
	}
	program := []unix.SockFilter{
		load(machineAt), unless(machine(), 1), {Code: unix.BPF_JMP | unix.BPF_JA, K: 1}, answer(unix.SECCOMP_RET_KILL_PROCESS),
		load(callAt),
	}
	// about rules on a call by one of its arguments.
	about := func(call uintptr, rule ...unix.SockFilter) {
		program = append(program, unless(uint32(call), len(rule)))
		program = append(program, rule...)
	}
	denied, allowed := answer(refusal|uint32(unix.EPERM)), answer(unix.SECCOMP_RET_ALLOW)
	const both = unix.PROT_WRITE | unix.PROT_EXEC
	about(unix.SYS_MMAP, load(firstArg+2*8), mask(both), unless(both, 1), denied, allowed)
	about(unix.SYS_MPROTECT, load(firstArg+2*8), mask(unix.PROT_EXEC), unless(unix.PROT_EXEC, 1), denied, allowed)
	about(unix.SYS_PKEY_MPROTECT, load(firstArg+2*8), mask(unix.PROT_EXEC), unless(unix.PROT_EXEC, 1), denied, allowed)
	sockets := []unix.SockFilter{load(firstArg)}
	for _, family := range r.Families {
		sockets = append(sockets, unless(family, 1), allowed)
	}
	about(unix.SYS_SOCKET, append(sockets, answer(refusal|uint32(unix.EAFNOSUPPORT)))...)
	const spaces = unix.CLONE_NEWCGROUP | unix.CLONE_NEWIPC | unix.CLONE_NEWNET | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWUSER | unix.CLONE_NEWUTS
	about(unix.SYS_CLONE, load(firstArg), mask(spaces), unless(0, 1), allowed, denied)
	about(unix.SYS_CLONE3, answer(refusal|uint32(unix.ENOSYS)))
	for _, call := range r.Calls {
		program = append(program, unless(call, 1), allowed)
	}
	return append(program, denied)
}

// unitRules reads the rules of a unit in deploy/.
func unitRules(t *testing.T, name string) rules {
	t.Helper()
	text, err := os.ReadFile("../../deploy/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for _, setting := range []string{"MemoryDenyWriteExecute=yes", "RestrictNamespaces=yes", "SystemCallErrorNumber=EPERM"} {
		if !strings.Contains(string(text), "\n"+setting+"\n") {
			t.Errorf("%s does not say %s", name, setting)
		}
	}
	var r rules
	families := map[string]uint32{"AF_UNIX": unix.AF_UNIX, "AF_INET": unix.AF_INET, "AF_INET6": unix.AF_INET6}
	for _, family := range strings.Fields(setting(string(text), "RestrictAddressFamilies")[0]) {
		r.Families = append(r.Families, families[family])
	}
	numbers, calls := callNumbers(t), map[string]bool{}
	for _, line := range setting(string(text), "SystemCallFilter") {
		groups, denied := strings.CutPrefix(line, "~")
		for _, group := range strings.Fields(groups) {
			for _, call := range callsOf(t, group) {
				calls[call] = !denied
			}
		}
	}
	for call, allowed := range calls {
		if number, exists := numbers[strings.ToUpper(call)]; allowed && exists {
			r.Calls = append(r.Calls, number)
		}
	}
	if len(r.Calls) < 100 {
		t.Fatalf("%s allows %d system calls", name, len(r.Calls))
	}
	return r
}

// setting lists the values of a setting of a unit.
func setting(unit, name string) (values []string) {
	for _, found := range regexp.MustCompile(`(?m)^`+name+`=(.*)$`).FindAllStringSubmatch(unit, -1) {
		values = append(values, found[1])
	}
	return values
}

// callsOf asks systemd which system calls a group has.
func callsOf(t *testing.T, group string) (calls []string) {
	t.Helper()
	out, err := exec.Command("systemd-analyze", "syscall-filter", "--no-pager", group).Output()
	if err != nil {
		t.Fatalf("systemd-analyze syscall-filter %s: %v", group, err)
	}
	for line := range strings.SplitSeq(string(out), "\n") {
		name := strings.TrimSpace(line)
		switch {
		case name == "" || name == group || strings.HasPrefix(name, "#"):
		case strings.HasPrefix(name, "@"):
			calls = append(calls, callsOf(t, name)...)
		default:
			calls = append(calls, name)
		}
	}
	return calls
}

// callNumbers reads the numbers of system calls from the source of x/sys.
func callNumbers(t *testing.T) map[string]uint32 {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "unix", "zsysnum_linux_"+runtime.GOARCH+".go"))
	if err != nil {
		t.Fatal(err)
	}
	numbers := map[string]uint32{}
	for _, found := range regexp.MustCompile(`SYS_(\w+)\s+= (\d+)`).FindAllStringSubmatch(string(text), -1) {
		number, err := strconv.ParseUint(found[2], 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		numbers[found[1]] = uint32(number)
	}
	return numbers
}

// inSandbox lets a program run under the rules of a unit, with its environment.
func (p *program) inSandbox(t *testing.T, unit string) {
	t.Helper()
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Skip("systemd-analyze, which knows the groups of system calls, is not here")
	}
	text, err := json.Marshal(unitRules(t, unit))
	if err != nil {
		t.Fatal(err)
	}
	p.under(os.Args[0])
	p.Env = append(p.Env, sandboxed+"="+string(text))
	content, err := os.ReadFile("../../deploy/" + unit)
	if err != nil {
		t.Fatal(err)
	}
	p.Env = append(p.Env, setting(string(content), "Environment")...)
}

func TestBinaryRunsInFullUnderTheRulesOfItsUnit(t *testing.T) {
	fleuve, ended := newOutlet(t, battle("douze")), newOutlet(t)
	ended.broken = true
	config, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss", "broken": ended.URL + "/rss"}), t.TempDir()
	monitor := freeAddress(t)
	edit(t, config, "[[edition]]", "[metrics]\nlisten = \""+monitor+"\"\n\n[publisher]\ndirectory = \""+t.TempDir()+"\"\n\n[[edition]]")
	address, told := notices(t)
	p := prepare(t, "serve", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	p.Env = append(p.Env, "NOTIFY_SOCKET="+address, "WATCHDOG_USEC=180000000")
	p.inSandbox(t, "harmattan.service")
	p.run(t)
	base := p.address(t)
	eventually(t, "the article", func() bool { return strings.Contains(fetchBody(t, base+"/editions/sahel-security.rss"), "Ménaka") })
	await(t, told, "WATCHDOG=1")
	fleuve.change(func(o *outlet) { o.stories = append(o.stories, kidnapping()) })
	eventually(t, "the next article", func() bool { return strings.Contains(fetchBody(t, base+"/editions/sahel-security.atom"), "Diffa") })
	for _, page := range []string{base + "/", base + "/search?q=Diffa", base + "/readyz", "http://" + monitor + "/metrics"} {
		fetchBody(t, page)
	}
	edit(t, config, "Sahel security", "Sahel security, again")
	reload := prepare(t, "reload", "--state", state)
	reload.inSandbox(t, "harmattan.service")
	reload.run(t)
	if err := <-reload.ended; err != nil || !strings.Contains(fetchBody(t, base+"/editions/sahel-security.rss"), "again") {
		t.Errorf("reload: %v", err)
	}
	p.stop(t)
}

func TestBinaryPublishesUnderTheRulesOfItsUnit(t *testing.T) {
	fleuve := newOutlet(t, battle("douze"))
	config, state := configure(t, map[string]string{"fleuve": fleuve.URL + "/rss"}), t.TempDir()
	edit(t, config, "[[edition]]", "[metrics]\nlisten = \""+freeAddress(t)+"\"\n\n[[edition]]") // the fetcher's alone
	fetcher := start(t, "serve", "--only", "fetch", "--config", config, "--state", state)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	file, err := listener.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	defer listener.Close()
	p := prepare(t, "serve", "--only", "publish", "--config", config, "--state", state)
	p.inSandbox(t, "harmattan-publisher.service") // which lets it open no port of its own
	p.under("/bin/sh", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"`)
	p.ExtraFiles = []*os.File{file}
	p.run(t)
	base := p.address(t)
	eventually(t, "the article", func() bool {
		return answers(base+"/editions/sahel-security.rss", http.StatusOK) && strings.Contains(fetchBody(t, base+"/editions/sahel-security.rss"), "Ménaka")
	})
	p.stop(t)
	fetcher.stop(t)
	alone := prepare(t, "serve", "--only", "publish", "--config", config, "--state", state, "--listen", "127.0.0.1:0")
	alone.inSandbox(t, "harmattan-publisher.service")
	alone.run(t)
	if <-alone.ended; alone.ProcessState.ExitCode() != exitFailed {
		t.Errorf("without a given socket it ends with %d: it opened a port", alone.ProcessState.ExitCode())
	}
}
