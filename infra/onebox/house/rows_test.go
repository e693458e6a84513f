package house

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // the record is changed behind the store's back

	"hoso/shared/onebox/sqlitestore"
	"hoso/shared/verify"
)

// TestARecordThatNoEventCoversIsNamedWhenFlipped changes a person's record,
// which no event's digest binds, in the file of a folder at rest.
func TestARecordThatNoEventCoversIsNamedWhenFlipped(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	h := openHouse(t, dir)
	who := person(t, h, "Nguyễn Văn A", "")
	h.end(t)
	check := func() []verify.Finding {
		t.Helper()
		key, err := RowKey(dir)
		if err != nil || key == nil {
			t.Fatal(key, err)
		}
		r, err := sqlitestore.OpenReader(ctx, filepath.Join(dir, "hoso.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		rep, err := verify.Verify(ctx, verify.Sources{Store: r, RowKey: key}, verify.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return rep.Findings
	}
	if found := check(); len(found) > 0 {
		t.Fatal(found)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "hoso.db"))
	if err != nil {
		t.Fatal(err)
	}
	res, err := db.Exec(`UPDATE records SET body = replace(body, '"active":true', '"active":false') WHERE part LIKE 'person/' || ?`, who.ID)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if found := check(); len(found) != 1 || found[0].Code != "record-changed" || found[0].Message == "" {
		t.Errorf("%+v", found)
	}
}
