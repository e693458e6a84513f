package people

import "hoso/shared/fault"

// Actor is the person behind an act and how the person signed in.
type Actor struct {
	Person
	Method string // of the session: "code", "passkey", "invitation" or "token"
}

// Need refuses an actor who holds none of the roles.
func (a Actor) Need(op string, roles ...Role) error {
	for _, r := range roles {
		if a.Is(r) {
			return nil
		}
	}
	return fault.New(fault.Denied, op, "Tài khoản của ông/bà không có quyền làm việc này.")
}
