package mail

import (
	"context"
	"fmt"

	"hoso/shared/dossier"
	"hoso/shared/flow"
	"hoso/shared/store"
)

// LeftToPerson adds to c the notice that a file of a draft waits for a person,
// once for each revision that is being put together: the unit may be gone from
// the page by then. Of a submitted dossier nothing can be filled in, and
// nobody is told.
func LeftToPerson(ctx context.Context, r store.Reader, c *store.Commit, id string) error {
	var d dossier.Dossier
	if _, err := store.Load(ctx, r, dossier.Key(id), &d); err != nil {
		return err
	}
	if d.State != dossier.Draft && d.State != dossier.Returned {
		return nil
	}
	c.Outbox = append(c.Outbox, store.Msg(fmt.Sprintf("mail/needs-person/%s/%d", id, d.Revision+1), flow.MailMessage,
		Notice{Template: NeedsPerson, To: d.OpenedBy, Dossier: id, Round: d.Round, Data: map[string]string{Page: "/dossiers/" + id + "/files"}}))
	return nil
}
