package board

import (
	"time"

	"hoso/shared/campaign"
	"hoso/shared/dossier"
	"hoso/shared/fault"
	"hoso/shared/round"
)

// Crew says who does what in a round: the persons behind the plan's roles.
type Crew struct {
	Steps  map[string][]string // step id -> persons who may decide it
	Head   []string
	Clerks []string
	// Passkeys are the steps (by id) that may only be decided in a session by
	// passkey.
	Passkeys map[string]bool
}

// Settings makes a round's settings of a plan's and of who does what. fewer
// may lower a cap: a plan's cap is a most, and a round may give fewer.
func Settings(s campaign.RoundSettings, crew Crew, preparers []string, fewer map[dossier.Kind]int) (round.Settings, error) {
	out := round.Settings{
		Campaign: s.Campaign, Title: s.Title, Name: s.Name, Opens: s.IntakeOpens, Closes: s.IntakeCloses,
		ReturnDays: s.Supplement, RuleSet: s.RuleSet.ID + "@" + s.RuleSet.Digest, Head: crew.Head, Clerks: crew.Clerks, Preparers: preparers,
		Caps: map[dossier.Kind]int{dossier.Collective: s.Caps.Collective, dossier.Individual: s.Caps.Individual}, Decided: map[string]string{},
	}
	if s.Kind == campaign.AdHocKind {
		out.AdHoc, out.Caps, out.Closes = true, nil, time.Time{}
	}
	if out.AdHoc && len(fewer) > 0 {
		return out, fault.New(fault.Invalid, "board.settings", "Khen thưởng đột xuất không có số lượng.")
	}
	for k, n := range fewer {
		if n > out.Caps[k] || n < 0 {
			return out, fault.New(fault.Invalid, "board.settings", "Số lượng "+dossier.KindName(k)+" của đợt không được vượt mức kế hoạch nêu.")
		}
		out.Caps[k] = n
	}
	out.Issuer, out.Body = s.Issuer, s.Body
	for _, d := range s.Decisions {
		out.Kept = out.Kept || d.Field == "succession" && d.Kept()
	}
	if s.Posting != nil {
		out.PostingDays = *s.Posting
	}
	if s.Vote.Threshold != nil {
		f, _ := s.Vote.Threshold.Rat().Float64()
		out.VotePct, out.VoteBase = 100*f, s.Vote.Denominator
	}
	out.Quorum, out.Award = s.Vote.Quorum, s.Award
	out.WrittenVote = s.Vote.Written != nil && *s.Vote.Written
	out.UnitShare, out.Rounding = s.Nomination.Percent, s.Nomination.Rounding
	for k, most := range map[dossier.Kind]*int{dossier.Collective: s.Nomination.Collective, dossier.Individual: s.Nomination.Individual} {
		if most == nil {
			continue
		}
		if out.UnitCaps == nil {
			out.UnitCaps = map[dossier.Kind]int{}
		}
		out.UnitCaps[k] = *most
	}
	for _, st := range s.Steps {
		step := round.Step{ID: st.ID, Title: st.Body + ": " + st.Title, Body: st.Body, Persons: crew.Steps[st.ID], DueDays: st.Due, Passkey: crew.Passkeys[st.ID]}
		switch st.Act {
		case campaign.Appraise:
			step.Scope = round.ByDossier
		case campaign.Review:
			step.Scope = round.ByRound
		default: // selection and decision are stages of every round
			continue
		}
		out.Steps = append(out.Steps, step)
	}
	for _, x := range s.Scoring {
		if x.MaxPoints > 0 {
			out.Criteria = append(out.Criteria, round.Criterion{ID: x.ID, Kind: dossier.Kind(x.Kind), Text: x.Text, Max: x.MaxPoints})
		}
	}
	for _, d := range s.Decisions {
		out.Decided[d.Field] = d.By
	}
	return out, nil
}

// RoundID names a round of a campaign; number tells several openings apart.
func RoundID(campaignID, roundID string, opened time.Time) string {
	return campaignID + "-" + roundID + "-" + opened.UTC().Format("20060102150405")
}
