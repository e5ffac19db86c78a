package config

import (
	"net/netip"
	"strings"
	"time"

	"koyomi/internal/source"
)

// Monitoring is how the operator sees what koyomi does.
type Monitoring struct {
	// Listen is the private address and port of /metrics and of profiles; "" for none.
	Listen string `yaml:"listen"`
	// Heartbeat is an address that is asked every HeartbeatEvery while all is well; ""
	// for none.
	Heartbeat      string          `yaml:"heartbeat"`
	HeartbeatEvery source.Duration `yaml:"heartbeat_every"`
	// Traces is where traces are sent by OTLP over HTTP; "" for what the environment
	// says.
	Traces string `yaml:"traces"`
	// Log is the format of the log: LogText or LogJSON.
	Log string `yaml:"log"`
}

// The formats of the log.
const (
	LogText = "text"
	LogJSON = "json"
)

func (p *parser) monitoring() {
	m := p.config.Monitoring
	p.wrongIf(
		m.Listen != "" && !isPrivateAddress(m.Listen),
		"monitoring.listen",
		"expected an address of this machine or of a private network, with its port, found %q (use 127.0.0.1:9090)",
		m.Listen,
	)
	for at, address := range map[string]string{
		"monitoring.heartbeat": m.Heartbeat,
		"monitoring.traces":    m.Traces,
	} {
		if address != "" {
			p.address(at, address)
		}
	}
	p.length(
		"monitoring.heartbeat_every",
		m.HeartbeatEvery,
		source.Duration(time.Minute),
		days(1),
	)
	p.oneOf("monitoring.log", m.Log, "format of the log", choices["Monitoring.log"])
}

// isPrivateAddress reports whether an address to listen on is one that only this machine
// or a private network (RFC 1918, RFC 4193) reaches.
func isPrivateAddress(address string) bool {
	host, _, ok := hostPort(address)
	if !ok {
		return false
	}
	ip, err := netip.ParseAddr(strings.Trim(host, "[]"))
	isLocal := err == nil && (ip.IsLoopback() || ip.IsPrivate())
	return isLocal || host == "localhost"
}
