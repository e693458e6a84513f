package objects

import (
	"fmt"
	"strings"

	"hoso/shared/fault"
)

const (
	incoming = "incoming"
	facts    = "data"
)

// UploadKey is the key of a document's bytes in the inbox. All parts are ids
// made by the server; nothing a person typed is part of a key.
func UploadKey(unit, dossier, document string) (string, error) {
	for _, p := range []string{unit, dossier, document} {
		if !plain(p) {
			return "", fault.Wrap(fault.Invalid, "objects.key", fmt.Errorf("%q is not an id", p))
		}
	}
	return strings.Join([]string{incoming, unit, dossier, document}, "/"), nil
}

// ParseUploadKey gives the parts of a key that UploadKey made; ok is false for
// any other key.
func ParseUploadKey(key string) (unit, dossier, document string, ok bool) {
	p := strings.Split(key, "/")
	if len(p) != 4 || p[0] != incoming || !plain(p[1]) || !plain(p[2]) || !plain(p[3]) {
		return "", "", "", false
	}
	return p[1], p[2], p[3], true
}

// DossierPrefix is what the keys of all uploads of a dossier start with.
func DossierPrefix(unit, dossier string) string {
	return incoming + "/" + unit + "/" + dossier + "/"
}

// DigestKey is the key of the fact with a digest (hex SHA-256).
func DigestKey(digest string) string {
	if len(digest) < 2 {
		return facts + "/" + digest
	}
	return facts + "/" + digest[:2] + "/" + digest
}

// plain accepts what is the same in a path, an address and a file name.
func plain(id string) bool {
	if id == "" || len(id) > 64 {
		return false
	}
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
