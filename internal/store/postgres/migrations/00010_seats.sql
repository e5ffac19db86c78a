-- +goose Up

-- seats is how many may come and how many signed up over time: a row where that
-- differs from the one before. NULL is what no source tells.
CREATE TABLE seats (
    uid      text COLLATE "C" NOT NULL,
    at       bigint NOT NULL,
    most     bigint,
    accepted bigint,
    waiting  bigint,
    PRIMARY KEY (uid, at)
);

CREATE INDEX seats_at ON seats (at);
