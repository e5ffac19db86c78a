-- +goose Up

-- What is due is looked up, whatever the number of sources.
CREATE INDEX sources_due ON sources (next_at) WHERE next_at IS NOT NULL;
