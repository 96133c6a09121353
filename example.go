// Package harmattan holds the documented example configuration of the program.
package harmattan

import _ "embed"

//go:embed config.example.toml
var example string

// Example is the text of config.example.toml, which serves as the configuration
// when none is given. The caller owns the bytes.
func Example() []byte { return []byte(example) }
