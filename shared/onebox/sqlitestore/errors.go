package sqlitestore

import (
	"errors"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"hoso/shared/fault"
)

// errClosed is given to calls on a store that was closed.
var errClosed = &fault.Error{
	Kind: fault.Transient, Op: "store", Code: "closed",
	Public: "Hệ thống đang dừng. Hãy thử lại sau ít phút.",
}

// wrap gives an error of SQLite its kind, its code and its sentence. An error
// that has a kind already keeps it.
func wrap(op string, err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	e := &fault.Error{Kind: fault.Internal, Op: op, Err: err}
	var file *fs.PathError
	if errors.As(err, &file) {
		e.Kind, e.Code = fault.Transient, "data-unreachable"
		e.Public = "Không mở được thư mục dữ liệu. Hãy kiểm tra đường dẫn, quyền truy cập và ổ đĩa."
		return e
	}
	switch primary(err) {
	case sqlite3.SQLITE_FULL:
		e.Kind, e.Code = fault.Transient, "disk-full"
		e.Public = "Ổ đĩa của máy chủ đã đầy nên chưa lưu được. Hãy báo người quản trị giải phóng chỗ trống rồi làm lại."
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		e.Kind, e.Code = fault.Transient, "disk-error"
		e.Public = "Ổ đĩa của máy chủ báo lỗi nên chưa đọc hoặc lưu được. Hãy báo người quản trị kiểm tra ổ đĩa."
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		e.Code = "data-damaged"
		e.Public = "Tệp dữ liệu hoso.db bị hỏng. Hãy báo người quản trị chạy “hoso verify” và khôi phục từ bản sao lưu."
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL:
		e.Kind, e.Code = fault.Transient, "busy"
		e.Public = "Hệ thống đang bận. Hãy thử lại sau ít phút."
	}
	return e
}

// primary gives SQLite's primary result code, or 0 for another error.
func primary(err error) int { return code(err) & 0xff }

func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// unconfirmed reports whether the disk failed to confirm what was written.
// After that nobody knows what it holds: the kernel may have dropped the very
// pages, and a second sync would report success.
func unconfirmed(err error) bool {
	c := code(err)
	return c == sqlite3.SQLITE_IOERR_FSYNC || c == sqlite3.SQLITE_IOERR_DIR_FSYNC
}

// stopped is what a store says once the disk failed to confirm a write.
func stopped(err error) error {
	return &fault.Error{
		Kind: fault.Transient, Op: "store.commit", Code: "disk-error", Err: err,
		Public: "Ổ đĩa của máy chủ không xác nhận đã lưu nên hệ thống ngừng nhận thay đổi. Hãy báo người quản trị kiểm tra ổ đĩa rồi khởi động lại.",
	}
}
