package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

const databaseName = "harmattan.db"

// stateFolder tells where the database lives: the flag, else systemd's
// StateDirectory=, else the XDG state folder.
func stateFolder(flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	if dir := os.Getenv("STATE_DIRECTORY"); dir != "" {
		return filepath.SplitList(dir)[0], nil
	}
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "harmattan"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("no folder for the state is known (%w); give one with --state DIR", err)
	}
	return filepath.Join(home, ".local", "state", "harmattan"), nil
}

// runtimeFolder is where a daemon is reached that may not write to the state
// folder: systemd's RuntimeDirectory=, else none.
func runtimeFolder() string {
	if dir := os.Getenv("RUNTIME_DIRECTORY"); dir != "" {
		return filepath.SplitList(dir)[0]
	}
	return ""
}

// lockFolder makes the folder and holds it for this process, so that two
// rounds never work on one database. The lock goes with the process.
func lockFolder(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("state folder %s: %w; give another with --state DIR", dir, err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o640)
	if err != nil {
		return nil, fmt.Errorf("state folder %s: %w", dir, err)
	}
	err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, errors.Join(file.Close(),
			fmt.Errorf("state folder %s: another harmattan works here; stop it, or give another folder with --state DIR", dir))
	}
	if err != nil {
		return nil, errors.Join(file.Close(), fmt.Errorf("state folder %s: lock: %w", dir, err))
	}
	return file, nil
}
