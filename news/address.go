package news

import (
	"net/url"
	"strings"
)

// SameAddress gives addresses that lead to the same place the same form: it is
// for comparing, not for asking.
func SameAddress(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.Scheme, u.Host, u.Fragment = strings.ToLower(u.Scheme), strings.ToLower(u.Host), ""
	if u.Path == "/" {
		u.Path = ""
	}
	return u.String()
}
