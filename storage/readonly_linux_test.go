package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"harmattan/news"
	"harmattan/storage"
)

func TestAFolderThatMayNotBeWrittenCanBeRead(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "state")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, "harmattan.db")
	s, err := storage.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	save(t, s, article("sahel", "one", noon, "mali"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for name, mode := range map[string]os.FileMode{path: 0o444, folder: 0o555} {
		if err := os.Chmod(name, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o755) })
	for dir := folder; dir != os.TempDir() && dir != "/"; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil {
			t.Fatal(err)
		}
		_ = os.Chmod(dir, info.Mode()|0o055)
	}
	var got []news.Entry
	if err := asNobody(func() (err error) {
		reader, err := storage.OpenReadOnly(t.Context(), path)
		if err != nil {
			return err
		}
		got, err = reader.Entries(t.Context(), "mali", 10, noon)
		return errors.Join(err, reader.Close())
	}); err != nil || len(got) != 1 {
		t.Errorf("%d entries: %v", len(got), err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("%v lie in the folder: %v", left, err)
	}
}

// asNobody does something without root's right to write everywhere, on a thread
// that ends with it.
func asNobody(do func() error) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		if os.Getuid() == 0 {
			if err := syscall.Setfsuid(65534); err != nil {
				done <- err
				return
			}
		}
		done <- do()
	}()
	return <-done
}
