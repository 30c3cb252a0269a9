-- Times are Unix milliseconds, digests and structures are text, an absent subject is ''. What the dashboard found itself has
-- no epoch in the history. References can wait for the end of a transaction: a backup is taken in table by table.

CREATE TABLE change_counter (
    value {number} NOT NULL
) {table};
INSERT INTO change_counter (value) VALUES (1);

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) {table};

CREATE TABLE hosts (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    enrolled_at {number} NOT NULL,
    revoked_at {number},
    certificate TEXT NOT NULL,
    certificate_until {number} NOT NULL,
    certificate_before TEXT,
    epoch {number} NOT NULL,
    acknowledged {number} NOT NULL,
    state_digest TEXT NOT NULL,
    last_seen {number},
    awake {number} NOT NULL,
    heartbeat TEXT,
    kind TEXT,
    agent_version TEXT,
    refused_at {number},
    refused TEXT,
    policy_held TEXT
) {table};

CREATE TABLE policies (
    host TEXT NOT NULL PRIMARY KEY REFERENCES hosts (id) DEFERRABLE,
    version {number} NOT NULL,
    content TEXT NOT NULL,
    body TEXT NOT NULL,
    signature TEXT NOT NULL,
    made_at {number} NOT NULL
) {table};

CREATE TABLE findings (
    host TEXT NOT NULL REFERENCES hosts (id) DEFERRABLE,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    digest TEXT NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT,
    body TEXT NOT NULL,
    since {number} NOT NULL,
    failing_since {number},
    failing_awake {number},
    changed_at {number} NOT NULL,
    PRIMARY KEY (host, rule, subject)
) {table};
CREATE INDEX findings_by_rule ON findings (rule, verdict, subject, host);
CREATE INDEX findings_by_host ON findings (host, verdict);
CREATE INDEX findings_by_verdict ON findings (verdict, host, rule, subject, since, reason);

CREATE TABLE facts (
    host TEXT NOT NULL REFERENCES hosts (id) DEFERRABLE,
    topic TEXT NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    observed_at {number} NOT NULL,
    received_at {number} NOT NULL,
    outdated_since {number},
    PRIMARY KEY (host, topic)
) {table};

CREATE TABLE host_sessions (
    host TEXT NOT NULL REFERENCES hosts (id) DEFERRABLE,
    account TEXT NOT NULL,
    started {number} NOT NULL,
    terminal TEXT NOT NULL,
    origin TEXT NOT NULL,
    ended {number},
    goes_on {number} NOT NULL,
    PRIMARY KEY (host, account, started, terminal)
) {table};
CREATE INDEX host_sessions_by_start ON host_sessions (started);

CREATE TABLE record_gaps (
    host TEXT NOT NULL REFERENCES hosts (id) DEFERRABLE,
    began {number} NOT NULL,
    ended {number} NOT NULL,
    PRIMARY KEY (host, began)
) {table};

CREATE TABLE media_seen (
    host TEXT NOT NULL REFERENCES hosts (id) DEFERRABLE,
    serial TEXT NOT NULL,
    attached_since {number} NOT NULL,
    last_seen {number} NOT NULL,
    attached {number} NOT NULL,
    PRIMARY KEY (host, serial)
) {table};

CREATE TABLE history (
    id {id},
    host TEXT NOT NULL REFERENCES hosts (id) DEFERRABLE,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    epoch {number},
    seq {number},
    part {number},
    at {number} NOT NULL,
    received_at {number} NOT NULL,
    before TEXT,
    verdict TEXT,
    body TEXT,
    UNIQUE (host, epoch, seq, part)
) {table};
CREATE INDEX history_by_finding ON history (host, rule, subject, id);
CREATE INDEX history_by_rule ON history (rule, id);

CREATE TABLE drifts (
    id {id},
    host TEXT NOT NULL REFERENCES hosts (id) DEFERRABLE,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    failing_since {number} NOT NULL,
    opened_at {number} NOT NULL,
    resolved_at {number},
    resolution TEXT,
    reopened {number} NOT NULL,
    reminded {number} NOT NULL,
    acknowledged_at {number},
    acknowledged_by TEXT,
    told_by {number} REFERENCES drifts (id) DEFERRABLE,
    finding TEXT NOT NULL
) {table};
CREATE INDEX drifts_by_subject ON drifts (rule, subject) WHERE resolved_at IS NULL;
CREATE UNIQUE INDEX drifts_open ON drifts (host, rule, subject) WHERE resolved_at IS NULL;
CREATE INDEX drifts_by_finding ON drifts (host, rule, subject, id);
CREATE INDEX drifts_by_rule ON drifts (rule, id);
CREATE INDEX drifts_by_beginning ON drifts (opened_at);
CREATE INDEX drifts_by_end ON drifts (resolved_at, id) WHERE resolved_at IS NOT NULL;

CREATE TABLE outbox (
    id {id},
    thread TEXT NOT NULL,
    kind TEXT NOT NULL,
    round {number} NOT NULL,
    message_id TEXT NOT NULL,
    way TEXT NOT NULL,
    body TEXT NOT NULL,
    created_at {number} NOT NULL,
    due {number} NOT NULL,
    claimed_until {number} NOT NULL,
    attempts {number} NOT NULL,
    sent_at {number},
    dropped_at {number},
    last_error TEXT,
    UNIQUE (message_id, way)
) {table};
CREATE INDEX outbox_waiting ON outbox (due) WHERE sent_at IS NULL AND dropped_at IS NULL;
CREATE INDEX outbox_failing ON outbox (due, id) WHERE sent_at IS NULL AND dropped_at IS NULL AND last_error IS NOT NULL;
CREATE INDEX outbox_by_thread ON outbox (thread, id);

CREATE TABLE registers (
    name TEXT NOT NULL PRIMARY KEY,
    begun_at {number} NOT NULL,
    last_entry {number} NOT NULL
) {table};

CREATE TABLE register_rows (
    id {id},
    register TEXT NOT NULL REFERENCES registers (name) DEFERRABLE,
    row_key TEXT NOT NULL,
    body TEXT NOT NULL,
    searched TEXT NOT NULL,
    due_by TEXT,
    revision {number} NOT NULL,
    created_at {number} NOT NULL,
    changed_at {number} NOT NULL,
    changed_by TEXT NOT NULL,
    closed_at {number}
) {table};
CREATE INDEX register_rows_due ON register_rows (register, due_by) WHERE closed_at IS NULL AND due_by IS NOT NULL;
CREATE UNIQUE INDEX register_rows_open ON register_rows (register, row_key) WHERE closed_at IS NULL;

CREATE TABLE register_history (
    id {id},
    row_id {number} NOT NULL REFERENCES register_rows (id) DEFERRABLE,
    at {number} NOT NULL,
    person TEXT NOT NULL,
    act TEXT NOT NULL,
    body TEXT NOT NULL
) {table};
CREATE INDEX register_history_by_row ON register_history (row_id, id);

CREATE TABLE log_sheets (
    month TEXT PRIMARY KEY,
    until {number} NOT NULL,
    made_at {number} NOT NULL,
    body TEXT NOT NULL,
    digest TEXT NOT NULL,
    signed_at {number},
    signed_by TEXT,
    result TEXT,
    findings TEXT,
    register_row {number} REFERENCES register_rows (id) DEFERRABLE,
    document TEXT
) {table};

CREATE TABLE users (
    id {id},
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL,
    password TEXT,
    email TEXT,
    language TEXT,
    created_at {number} NOT NULL,
    disabled_at {number},
    last_sign_in {number}
) {table};

CREATE TABLE sign_in_failures (
    name TEXT NOT NULL,
    origin TEXT NOT NULL,
    failures {number} NOT NULL,
    last {number} NOT NULL,
    PRIMARY KEY (name, origin)
) {table};

CREATE TABLE sessions (
    digest TEXT NOT NULL PRIMARY KEY,
    person {number} NOT NULL REFERENCES users (id) DEFERRABLE,
    opened {number} NOT NULL,
    used {number} NOT NULL,
    confirmed {number},
    shown {number}
) {table};
CREATE INDEX sessions_by_person ON sessions (person);

CREATE TABLE half_open (
    digest TEXT NOT NULL PRIMARY KEY,
    person {number} NOT NULL REFERENCES users (id) DEFERRABLE,
    opened {number} NOT NULL
) {table};
CREATE INDEX half_open_by_person ON half_open (person);

CREATE TABLE second_factors (
    person {number} NOT NULL PRIMARY KEY REFERENCES users (id) DEFERRABLE,
    key_text TEXT NOT NULL,
    last_step {number} NOT NULL,
    set_at {number} NOT NULL
) {table};

CREATE TABLE recovery_codes (
    digest TEXT NOT NULL PRIMARY KEY,
    person {number} NOT NULL REFERENCES users (id) DEFERRABLE
) {table};
CREATE INDEX recovery_codes_by_person ON recovery_codes (person);

CREATE TABLE identities (
    person {number} NOT NULL PRIMARY KEY REFERENCES users (id) DEFERRABLE,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account TEXT NOT NULL,
    bound_at {number} NOT NULL,
    UNIQUE (issuer, subject)
) {table};

CREATE TABLE identity_flows (
    state TEXT NOT NULL PRIMARY KEY,
    browser TEXT NOT NULL,
    purpose TEXT NOT NULL,
    about TEXT,
    next TEXT NOT NULL,
    begun_at {number} NOT NULL
) {table};

CREATE TABLE invitations (
    person {number} NOT NULL PRIMARY KEY REFERENCES users (id) DEFERRABLE,
    digest TEXT NOT NULL UNIQUE,
    until {number} NOT NULL
) {table};

CREATE TABLE first_run_links (
    digest TEXT NOT NULL PRIMARY KEY,
    until {number} NOT NULL
) {table};

CREATE TABLE enrolment_tokens (
    id {id},
    digest TEXT NOT NULL UNIQUE,
    made_at {number} NOT NULL,
    made_by TEXT NOT NULL,
    until {number} NOT NULL,
    hosts {number} NOT NULL,
    used {number} NOT NULL,
    withdrawn_at {number},
    withdrawn_by TEXT
) {table};

CREATE TABLE enrolments (
    host TEXT NOT NULL PRIMARY KEY REFERENCES hosts (id) DEFERRABLE,
    token {number} NOT NULL REFERENCES enrolment_tokens (id) DEFERRABLE,
    at {number} NOT NULL
) {table};
CREATE INDEX enrolments_by_token ON enrolments (token, at);

CREATE TABLE attestations (
    id {id},
    item TEXT NOT NULL,
    statement TEXT NOT NULL,
    evidence TEXT NOT NULL,
    person TEXT NOT NULL,
    attested_at {number} NOT NULL,
    valid_until {number} NOT NULL,
    branch TEXT,
    withdrawn_at {number},
    withdrawn_by TEXT
) {table};
CREATE INDEX attestations_by_item ON attestations (item, id);

CREATE TABLE evidence_files (
    digest TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    content {bytes} NOT NULL,
    scanned TEXT NOT NULL,
    stored_at {number} NOT NULL,
    stored_by TEXT NOT NULL
) {table};

CREATE TABLE attestation_files (
    attestation {number} NOT NULL REFERENCES attestations (id) DEFERRABLE,
    digest TEXT NOT NULL REFERENCES evidence_files (digest) DEFERRABLE,
    name TEXT NOT NULL,
    PRIMARY KEY (attestation, digest, name)
) {table};

CREATE TABLE declarations (
    id {id},
    body TEXT NOT NULL,
    origin TEXT NOT NULL,
    accepted_at {number} NOT NULL,
    accepted_by TEXT NOT NULL
) {table};

CREATE TABLE proposals (
    id {id},
    item TEXT NOT NULL,
    body TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed_at {number} NOT NULL,
    proposed_by TEXT,
    decided_at {number},
    decided_by TEXT,
    decision TEXT,
    note TEXT NOT NULL,
    declaration {number} REFERENCES declarations (id) DEFERRABLE
) {table};
CREATE UNIQUE INDEX proposals_open ON proposals (item) WHERE decided_at IS NULL;
CREATE INDEX proposals_by_item ON proposals (item, id);

CREATE TABLE publications (
    declaration {number} NOT NULL PRIMARY KEY REFERENCES declarations (id) DEFERRABLE,
    opened_at {number} NOT NULL,
    checked_at {number},
    outcome TEXT,
    shown_at {number},
    confirmed TEXT
) {table};

CREATE TABLE days (
    day TEXT NOT NULL PRIMARY KEY,
    recorded_at {number} NOT NULL,
    hosts {number} NOT NULL,
    reporting {number} NOT NULL,
    counts TEXT NOT NULL,
    states TEXT NOT NULL
) {table};

CREATE TABLE waivers (
    id {id},
    rule TEXT NOT NULL,
    host TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    compensation TEXT NOT NULL,
    until {number} NOT NULL,
    asked_at {number} NOT NULL,
    asked_by TEXT NOT NULL,
    decided_at {number},
    decided_by TEXT,
    decision TEXT,
    ended_at {number},
    ended_by TEXT
) {table};
CREATE INDEX waivers_by_rule ON waivers (rule, id);

CREATE TABLE own_rules (
    id TEXT NOT NULL PRIMARY KEY,
    created_at {number} NOT NULL,
    created_by TEXT NOT NULL,
    version {number},
    scopes TEXT,
    rolled_out_at {number},
    rolled_out_by TEXT,
    withdrawn_at {number},
    withdrawn_by TEXT
) {table};

CREATE TABLE own_rule_versions (
    rule TEXT NOT NULL REFERENCES own_rules (id) DEFERRABLE,
    version {number} NOT NULL,
    text TEXT NOT NULL,
    cases TEXT NOT NULL,
    items TEXT NOT NULL,
    state TEXT NOT NULL,
    revision {number} NOT NULL,
    written_at {number} NOT NULL,
    writers TEXT NOT NULL,
    asked_at {number},
    asked_by TEXT,
    decided_at {number},
    decided_by TEXT,
    note TEXT NOT NULL,
    PRIMARY KEY (rule, version)
) {table};

CREATE TABLE audit (
    id {number} NOT NULL PRIMARY KEY,
    at {number} NOT NULL,
    person TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    entry TEXT NOT NULL,
    digest TEXT NOT NULL
) {table};
CREATE INDEX audit_by_person ON audit (person, act, subject, at);
