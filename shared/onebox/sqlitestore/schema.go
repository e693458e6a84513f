package sqlitestore

import (
	"context"
	"fmt"

	"hoso/shared/fault"
)

// appID marks a database as this product's, in SQLite's application_id.
const appID = 0x486f736f // "Hoso"

// migrations lead from each version of the tables to the next, forward only.
// Each runs in one transaction together with the new version number, so that
// a start killed anywhere begins again at a whole version. Released entries
// never change.
var migrations = [...][]string{
	{
		fmt.Sprintf(`PRAGMA application_id = %d`, appID),
		// id is declared so that it survives VACUUM; entries is a JSON list.
		`CREATE TABLE records (
			id INTEGER PRIMARY KEY,
			part TEXT NOT NULL, sort TEXT NOT NULL,
			rev INTEGER NOT NULL, body TEXT NOT NULL, entries TEXT NOT NULL,
			UNIQUE (part, sort)) STRICT`,
		`CREATE TABLE entries (
			pattern TEXT NOT NULL, part TEXT NOT NULL, sort TEXT NOT NULL,
			rec_part TEXT NOT NULL, rec_sort TEXT NOT NULL,
			PRIMARY KEY (pattern, part, sort, rec_part, rec_sort)) STRICT, WITHOUT ROWID`,
		`CREATE TABLE counters (
			name TEXT NOT NULL PRIMARY KEY, free INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
		`CREATE TABLE events (
			chain TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, line TEXT NOT NULL,
			PRIMARY KEY (chain, seq)) STRICT, WITHOUT ROWID`,
		`CREATE TABLE heads (
			chain TEXT NOT NULL PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT, WITHOUT ROWID`,
		`CREATE TABLE outbox (
			id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL,
			due TEXT NOT NULL, attempts INTEGER NOT NULL, error TEXT NOT NULL) STRICT, WITHOUT ROWID`,
		`CREATE INDEX outbox_due ON outbox (due)`,
		`CREATE TABLE idempotency (
			key TEXT NOT NULL PRIMARY KEY, request TEXT NOT NULL,
			result TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID`,
	},
	{
		// sum is that of store.Summer; total those of all records added up. An
		// unknown key makes Open work them all out.
		`ALTER TABLE records ADD COLUMN sum BLOB NOT NULL DEFAULT x''`,
		`CREATE TABLE sums (
			name TEXT NOT NULL PRIMARY KEY, key TEXT NOT NULL, total BLOB NOT NULL) STRICT, WITHOUT ROWID`,
		`INSERT INTO sums VALUES ('records', '', zeroblob(32))`,
	},
	{
		// Counters and acts have sums too, part of the same total.
		`ALTER TABLE counters ADD COLUMN sum BLOB NOT NULL DEFAULT x''`,
		`ALTER TABLE idempotency ADD COLUMN sum BLOB NOT NULL DEFAULT x''`,
		`UPDATE sums SET key = ''`,
	},
}

// version is the version of the tables that this program knows.
const version = len(migrations)

// found gives the version of the tables in the file, or why they are not
// this program's to touch.
func found(c *conn) (int, error) {
	var v, app, tables int
	for _, q := range []struct {
		sql string
		to  *int
	}{
		{`PRAGMA user_version`, &v},
		{`PRAGMA application_id`, &app},
		{`SELECT count(*) FROM sqlite_master`, &tables},
	} {
		if _, err := c.row(q.sql, nil, q.to); err != nil {
			return 0, err
		}
	}
	switch {
	case app != appID && (app != 0 || v != 0 || tables > 0):
		return 0, &fault.Error{
			Kind: fault.Invalid, Op: "store.open", Code: "data-foreign",
			Public: "Tệp hoso.db không phải do phần mềm này tạo ra. Hãy kiểm tra lại thư mục dữ liệu.",
		}
	case v > version:
		return 0, &fault.Error{
			Kind: fault.Invalid, Op: "store.open", Code: "data-newer",
			Public: "Dữ liệu đã được một phiên bản phần mềm mới hơn nâng cấp. Hãy chạy phiên bản đó hoặc mới hơn.",
		}
	}
	return v, nil
}

// migrate brings the tables to this program's version.
func migrate(c *conn, from int) error {
	for v := from; v < version; v++ {
		steps := append([]string{`BEGIN IMMEDIATE`}, migrations[v]...)
		steps = append(steps, fmt.Sprintf(`PRAGMA user_version = %d`, v+1), `COMMIT`)
		for _, s := range steps {
			if _, err := c.c.ExecContext(context.Background(), s); err != nil {
				c.rollback()
				return fmt.Errorf("to version %d: %w", v+1, err)
			}
		}
	}
	return nil
}
