// Package config answers for the operator's one file: what it may say, what holds
// where it says nothing, and what is wrong in it, with its place. It opens no file
// and asks no environment itself.
package config
