package config

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"harmattan/news"
)

// placeholder stands in the address of a source for a secret that is not in the
// configuration but in a file: {credential:NAME}.
var placeholder = regexp.MustCompile(`\{credential:([^{}]*)\}`)

// credentialName is what systemd takes for a name, without what leads out of the
// folder.
var credentialName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)

// fillCredentials puts the secrets into the addresses of sources. They are files
// in $CREDENTIALS_DIRECTORY, where systemd puts what LoadCredential= names; without
// it they are withheld. Outputs show such an address without them.
func (d *document) fillCredentials(c *Config) {
	dir := os.Getenv("CREDENTIALS_DIRECTORY")
	for i := range c.Sources {
		s := &c.Sources[i]
		if !strings.Contains(s.URL, "{credential:") {
			continue
		}
		shown := placeholder.ReplaceAllString(s.URL, "REDACTED")
		if s.PublicAs == "" {
			s.PublicAs = shown
		}
		whole, err := filled(s.URL, dir)
		if err != nil {
			d.reportProblem(news.Problem{Path: []string{"source", strconv.Itoa(i), "url"}, Message: err.Error()})
		}
		if whole == "" {
			c.Withheld = append(c.Withheld, s.ID)
			whole = shown // so that the rest can be checked
		}
		s.URL = whole
	}
}

// filled is an address with its secrets, empty when there is no folder of them.
func filled(address, dir string) (string, error) {
	_, query, _ := strings.Cut(address, "?")
	if strings.Count(address, "{credential:") != len(placeholder.FindAllString(query, -1)) {
		return "", fmt.Errorf("{credential:NAME} may stand only behind the question mark, such as \"?key={credential:NAME}\"")
	}
	if dir == "" {
		return "", nil
	}
	var failure error
	whole := placeholder.ReplaceAllStringFunc(address, func(found string) string {
		name := placeholder.FindStringSubmatch(found)[1]
		if !credentialName.MatchString(name) {
			failure = fmt.Errorf("%q cannot be the name of a credential; use letters, digits, \"_\", \".\" and \"-\"", name)
			return ""
		}
		secret, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil && strings.TrimSpace(string(secret)) == "" {
			err = fmt.Errorf("%s is empty", filepath.Join(dir, name))
		}
		if err != nil {
			failure = fmt.Errorf("credential %s: %w; name it in the unit: LoadCredential=%s:FILE", name, err, name)
			return ""
		}
		return url.QueryEscape(strings.TrimSpace(string(secret)))
	})
	if failure != nil {
		return "", failure
	}
	return whole, nil
}
