package web

import (
	"strings"

	"hoso/shared/fault"
	"hoso/shared/papers"
	"hoso/shared/web/frame"
)

// signerForm asks who signs a paper that is made: its address goes on with
// .docx or .pdf.
type signerForm struct {
	At      string
	Choices []frame.Choice
}

func (p *portal) signerForm(c *frame.Call, at string) signerForm {
	f := signerForm{At: at}
	for _, a := range papers.Authorities() {
		if a != papers.InPerson {
			f.Choices = append(f.Choices, frame.Choice{Value: string(a), Text: c.Say("signer." + strings.ToLower(strings.TrimSuffix(string(a), ".")))})
		}
	}
	return f
}

// maxTitle bounds a title in a paper, in bytes.
const maxTitle = 300

// signerOf reads who signs from the address; nothing said is the head in person.
func signerOf(c *frame.Call) (papers.Signer, error) {
	s := papers.Signer{Authority: papers.Authority(c.Query("authority")), Head: strings.TrimSpace(c.Query("head")), Title: strings.TrimSpace(c.Query("title"))}
	if !s.Complete() || len(s.Head)+len(s.Title) > maxTitle {
		return s, fault.New(fault.Invalid, "web.signer", c.Say("signer.incomplete"))
	}
	return s, nil
}
