package config

import _ "embed" // the schema

// Schema is the JSON Schema of the operator's file, made from Config.
//
//go:embed schema.json
var Schema []byte
