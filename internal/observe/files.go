package observe

import "embed"

// Files are what Prometheus and Grafana take: prometheus.yaml, alerts.yaml (its rules,
// with alerts_test.yaml for promtool) and dashboard.json.
//
//go:embed files
var Files embed.FS
