package config_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"harmattan/config"
)

var update = flag.Bool("update", false, "write the expected files anew")

// Each file of testdata holds one mistake, and many.toml holds many; the .txt
// beside it is exactly what the user reads.
func TestEveryMistakeIsToldWithItsPlace(t *testing.T) {
	files, err := filepath.Glob("testdata/*.toml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".toml")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = config.Parse("config.toml", data)
			var mistakes config.Errors
			if !errors.As(err, &mistakes) {
				t.Fatalf("error is %v, want Errors", err)
			}
			if name != "many" && len(mistakes) != 1 {
				t.Errorf("%d mistakes, want 1", len(mistakes))
			}
			compare(t, strings.TrimSuffix(file, ".toml")+".txt", mistakes.Error()+"\n")
		})
	}
}

func compare(t *testing.T, golden, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLoadNamesTheFileThatItCannotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "absent.toml")
	_, err := config.Load(path)
	if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("error is %v", err)
	}
}

const deskVocabulary = `
about = "The desk's own words"

[[group]]
id = "desk-militia"
label = "Militia of the desk"
names = ["Milice du bureau"]
`

// loadWithVocabulary loads a configuration that names desk.toml beside it.
func loadWithVocabulary(t *testing.T, vocabulary string) (*config.Config, error) {
	t.Helper()
	folder := t.TempDir()
	files := map[string]string{
		"config.toml": "[curator]\nvocabularies = [\"desk.toml\"]\n" +
			"[[edition]]\nid = \"e\"\ntitle = \"E\"\ngroups = [\"desk-militia\"]\n" +
			"[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"\n",
		"desk.toml": vocabulary,
	}
	for name, text := range files {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return config.Load(filepath.Join(folder, "config.toml"))
}

func TestVocabulariesAreReadFromTheFolderOfTheConfiguration(t *testing.T) {
	c, err := loadWithVocabulary(t, deskVocabulary)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Vocabularies) != 1 || string(c.Vocabularies[0].Data) != deskVocabulary {
		t.Errorf("vocabularies are %v", c.Vocabularies)
	}
}

func TestMistakesInAVocabularyAreToldWithItsName(t *testing.T) {
	_, err := loadWithVocabulary(t, deskVocabulary+"nmaes = []\n")
	var mistakes config.Errors
	if !errors.As(err, &mistakes) || len(mistakes) != 1 {
		t.Fatalf("error is %v, want one mistake", err)
	}
	if m := mistakes[0]; filepath.Base(m.File) != "desk.toml" || m.Line != 8 || !strings.Contains(m.Message, "nmaes") {
		t.Errorf("mistake is %+v", m)
	}
}

func TestAVocabularyThatIsNotThereIsTheOnlyMistake(t *testing.T) {
	_, err := loadWithVocabulary(t, "")
	var mistakes config.Errors
	if !errors.As(err, &mistakes) || len(mistakes) != 1 || mistakes[0].Line != 2 {
		t.Errorf("error is %v, want one mistake in line 2", err)
	}
}

func TestWithoutAVocabularyTheOthersJudgeAndTheDoubtIsTold(t *testing.T) {
	edition := "[[edition]]\nid = \"e\"\ntitle = \"\"\ngroups = [\"desk-militia\", \"jnmi\"]\ncountries = [\"NE\"]\ntopics = [\"kidnaping\"]\nwhere = \"((\"\n" +
		"sources = [\"nobody\"]\n[[edition.also]]\nwhere = \"((\"\n[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"\n"
	_, err := config.Parse(filepath.Join(t.TempDir(), "config.toml"), []byte("[curator]\nvocabularies = [\"desk.toml\"]\n"+edition))
	var mistakes config.Errors
	if !errors.As(err, &mistakes) {
		t.Fatal(err)
	}
	told := mistakes.Error()
	for want, times := range map[string]int{
		"desk.toml: no such file": 1, `could not be checked: "desk-militia"`: 1, "title is empty": 1, "where: does not compile": 2,
		`"jnmi" is no group or institution of the vocabulary; did you mean`: 1, `"kidnaping" is no topic of the vocabulary; did you mean`: 1, `there is no source "nobody"`: 1,
	} {
		if n := strings.Count(told, want); n != times {
			t.Errorf("%q is told %d times, want %d:\n%s", want, n, times, told)
		}
	}
	if len(mistakes) != 7 {
		t.Errorf("%d mistakes:\n%s", len(mistakes), told)
	}
}

func TestWhatIsNotSetHasItsDefault(t *testing.T) {
	c, err := config.Parse("config.toml", []byte("[fetcher]\ntimeout = \"7s\"\n[[source]]\nid = \"a\"\nurl = \"https://a.example/feed\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := config.Default()
	want.Fetcher.Timeout.Duration = 7e9
	if c.Fetcher.Timeout != want.Fetcher.Timeout || c.Fetcher.Concurrency != want.Fetcher.Concurrency {
		t.Errorf("fetcher is %+v, want %+v", c.Fetcher, want.Fetcher)
	}
	if len(c.Sources) != 1 || c.Sources[0].URL != "https://a.example/feed" {
		t.Errorf("sources are %+v", c.Sources)
	}
}

func TestMarksAndLineEndsOfEditorsAreNoMistake(t *testing.T) {
	text := "\ufeff[[source]]\r\n\tid = \"a\"\r\n\turl = \"https://a.example/feed\"\r\n"
	if _, err := config.Parse("config.toml", []byte(text)); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.toml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := config.Parse("config.toml", data)
		var mistakes config.Errors
		if err != nil && (!errors.As(err, &mistakes) || len(mistakes) == 0 || mistakes.Error() == "") {
			t.Errorf("error is %#v, want Errors", err)
		}
		if err == nil {
			var any map[string]any
			if err := toml.Unmarshal(data, &any); err != nil && data[0] != 0xef {
				t.Errorf("accepted what is not TOML: %v", err)
			}
		}
	})
}
