// Package harmattan holds the documented example configuration of the program.
package harmattan

import _ "embed"

//go:embed config.example.toml
var exampleConfig string

// ExampleConfig is the text of config.example.toml. It loads without mistakes
// and serves as the configuration when none is given.
func ExampleConfig() string { return exampleConfig }
