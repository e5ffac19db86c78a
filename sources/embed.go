// Package sources holds what koyomi watches as it comes: communities, platforms,
// and the recordings that prove what is read from them.
package sources

import "embed"

// Files are the communities (*.yaml), platforms (platforms/*.yaml), recordings
// (testdata/) and the JSON Schemas by which editors complete them.
//
//go:embed *
var Files embed.FS
