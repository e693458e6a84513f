package erasure

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"hoso/shared/act"
	"hoso/shared/evidence"
	"hoso/shared/fault"
	"hoso/shared/register"
	"hoso/shared/round"
	"hoso/shared/store"
	"hoso/shared/yearly"
)

// Sought says which imported rows of the register are wanted: those of a name,
// and those that are named. The register is too long to be shown whole.
type Sought struct {
	Name string
	Refs []act.TextRef
}

// Outside lists the texts of a chain that belongs to no round: of a year's
// duty to report and of a unit's own commendations, both of the round's
// campaign, and of the register, with imported rows. What a person wrote there
// is erased as what is written in rounds is, by the head of a round.
// fault.NotFound: there is no such chain for this round.
func Outside(ctx context.Context, r store.Reader, rd round.Round, chain string, rows Sought) ([]Text, error) {
	kind, id, _ := strings.Cut(chain, "/")
	if kind == "yearly" {
		var y yearly.Year
		if _, err := store.Load(ctx, r, yearly.Key(id), &y); err != nil && !fault.Is(err, fault.NotFound) {
			return nil, err
		}
		if y.ID != id || y.Campaign != rd.Settings.Campaign {
			return nil, nowhere()
		}
	}
	switch {
	case chain == register.Chain:
		texts, err := textsOn(ctx, r, chain, func(evidence.Entry, string) (string, bool) { return "", true })
		if err != nil {
			return nil, err
		}
		more, err := imported(ctx, r, rows)
		return append(texts, more...), err
	case kind == "yearly", kind == "commend":
		ours := map[string]bool{}
		texts, err := textsOn(ctx, r, chain, func(e evidence.Entry, _ string) (string, bool) {
			var data struct {
				ID       string `json:"id"`
				Campaign string `json:"campaign"`
			}
			if json.Unmarshal(e.Data, &data) != nil {
				return "", false
			}
			ours[data.ID] = ours[data.ID] || data.Campaign == rd.Settings.Campaign
			return "", kind == "yearly" || ours[data.ID]
		})
		if err == nil && len(texts) == 0 {
			err = nowhere()
		}
		return texts, err
	}
	return nil, nowhere()
}

func nowhere() error {
	return fault.New(fault.NotFound, "erasure.outside", "Không có nội dung nào ở đây.")
}

// imported gives the rows that are sought. One that is gone says nothing more.
func imported(ctx context.Context, r store.Reader, sought Sought) ([]Text, error) {
	row := func(a register.Award) Text {
		said := []string{a.Name, a.Birth, a.Unit, a.Form, a.For, a.Number, a.Date}
		return Text{
			Item: Item{Ref: a.Ref(), Name: "award", By: a.AddedBy}, Chain: register.Chain, Type: "register.imported", At: a.AddedAt,
			Text: strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), " · "),
		}
	}
	found, err := register.Imported(ctx, r, sought.Name)
	if err != nil {
		return nil, err
	}
	var out []Text
	for _, a := range found {
		out = append(out, row(a))
	}
	for _, ref := range sought.Refs {
		if _, is := register.RowOf(ref); !is || slices.ContainsFunc(out, func(t Text) bool { return t.Ref == ref }) {
			continue
		}
		switch a, _, err := register.Row(ctx, r, ref); {
		case err == nil:
			out = append(out, row(a))
		case fault.Is(err, fault.NotFound):
			out = append(out, Text{Item: Item{Ref: ref, Name: "award"}, Chain: register.Chain, Type: "register.imported", Gone: true})
		default:
			return nil, err
		}
	}
	return out, nil
}

// about lists what may be erased where somebody asks for it.
func about(ctx context.Context, r store.Reader, rd round.Round, a Asking) ([]Text, error) {
	if a.Chain != "" {
		return Outside(ctx, r, rd, a.Chain, Sought{Refs: a.Texts})
	}
	return Texts(ctx, r, rd.ID, a.Dossier)
}

// erase gives the writes that take texts and imported rows out, and what goes
// by chain.
func erase(ctx context.Context, r store.Reader, refs []act.TextRef) ([]store.Write, map[string][]evidence.Commitment, error) {
	isRow := func(ref act.TextRef) bool { _, is := register.RowOf(ref); return is }
	writes, gone, err := act.Erase(ctx, r, slices.DeleteFunc(slices.Clone(refs), isRow))
	if err != nil {
		return nil, nil, err
	}
	for _, ref := range refs {
		if !isRow(ref) {
			continue
		}
		w, err := register.EraseRow(ctx, r, ref)
		switch {
		case fault.Is(err, fault.NotFound):
			return nil, nil, &fault.Error{Kind: fault.Gone, Op: "erasure", Code: "erased", Public: "Có nội dung đã được xóa trước đó; hãy mở lại trang."}
		case err != nil:
			return nil, nil, err
		}
		_, _, c, _ := ref.Split("")
		writes, gone[register.Chain] = append(writes, w), append(gone[register.Chain], c)
	}
	return writes, gone, nil
}
