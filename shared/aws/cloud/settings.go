package cloud

import (
	"fmt"
	"strings"

	"hoso/shared/fault"
)

// Settings of functions, as environment variables.
const (
	Table     = "HOSO_TABLE"   // name of the table
	Inbox     = "HOSO_INBOX"   // bucket of uploads
	Archive   = "HOSO_ARCHIVE" // bucket of sealed dossiers, readings, checkpoints
	MasterKey = "HOSO_KEY"     // name of the parameter that holds the master key
	LogKey    = "HOSO_LOG_KEY" // name of the parameter that holds the seed of the log's signing key
	Portal    = "HOSO_PUBLIC_URL"
	Sender    = "HOSO_SENDER"
	SenderAs  = "HOSO_SENDER_NAME"
	MailSet   = "HOSO_MAIL_SET" // SES configuration set
	Dead      = "HOSO_DEAD"     // address of the queue of news that could not be taken in
	Documents = "HOSO_MACHINE_DOCUMENT"
	Dossiers  = "HOSO_MACHINE_DOSSIER"
	Rounds    = "HOSO_MACHINE_ROUND"
	Demo      = "HOSO_DEMO" // when the demonstration's clock begins; empty: no demonstration
)

// mayBeEmpty are the settings that say something by being empty.
var mayBeEmpty = map[string]bool{Demo: true}

// read takes the settings from the environment and names every one missing.
func read(w World, names []string) (map[string]string, error) {
	set := map[string]string{}
	var missing []string
	for _, n := range names {
		v, ok := w.LookupEnv(n)
		if !ok || v == "" && !mayBeEmpty[n] {
			missing = append(missing, n)
		}
		set[n] = v
	}
	if len(missing) > 0 {
		return nil, lacking(missing)
	}
	return set, nil
}

func lacking(names []string) error {
	return &fault.Error{Kind: fault.Invalid, Op: "settings", Err: fmt.Errorf("missing: %s", strings.Join(names, ", "))}
}
