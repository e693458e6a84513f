package selection

import (
	"context"
	"slices"

	"hoso/shared/fault"
	"hoso/shared/register"
	"hoso/shared/round"
)

// once refuses a selection in which somebody would hold two places under two
// names: who was ruled to be one with whom is in the register. Read before
// register.Settled, so that the confirmation's proof covers what was read.
func (r Room) once(ctx context.Context, list round.List, sel round.Selection) error {
	ids := make([]string, len(sel.Entries))
	for i, e := range sel.Entries {
		ids[i] = e.Identity
	}
	twins, err := register.Twins(ctx, r.Store, ids)
	if err != nil || len(twins) == 0 {
		return err
	}
	all := append(list.Holding(), sel.Entries...)
	for _, e := range sel.Entries {
		for _, other := range twins[e.Identity] {
			i := slices.IndexFunc(all, func(x round.Entry) bool { return x.Kind == e.Kind && x.Identity == other })
			if i >= 0 {
				return &fault.Error{
					Kind: fault.Invalid, Op: "selection", Code: "one-person",
					Public: "“" + e.Name + "” và “" + all[i].Name + "” đã được xác nhận là một: chỉ giữ một chỗ.",
				}
			}
		}
	}
	return nil
}
